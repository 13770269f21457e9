namespace Silos.Deploy.Tests.Support;

/// <summary>Finds variables of a manifest that no part of a process reads, or with values that it refuses.</summary>
internal static class EnvironmentCheck
{
    // Of PostgreSQL's clients, which the driver honours.
    private static readonly string[] Driver = ["PGPASSWORD", "PGGSSENCMODE"];

    // Of ASP.NET Core itself.
    private static readonly string[] Framework = ["ASPNETCORE_HTTP_PORTS"];

    /// <summary>Asserts that a silo would take an environment.</summary>
    public static void SiloTakes(IReadOnlyDictionary<string, string> environment)
    {
        var own = environment.Keys.Where(name => SiloSource.IsSetting(name) || SiloSource.Variables.Contains(name)).ToList();
        var shared = environment.Where(variable => !own.Contains(variable.Key)).ToDictionary();
        shared["Silos__Store"] = "postgres";
        HostTakes(shared);
    }

    /// <summary>Asserts that the standalone host would take an environment.</summary>
    public static void HostTakes(IReadOnlyDictionary<string, string> environment)
    {
        var read = environment.Where(variable => !Driver.Contains(variable.Key) && !Framework.Contains(variable.Key)).ToDictionary();
        Assert.All(read.Keys, name => Assert.True(
            name is "ASPNETCORE_URLS" or "ConnectionStrings__Silos" || name.StartsWith("Silos__", StringComparison.Ordinal), $"Nothing reads {name}."));
        Assert.Null(Host.Problem(read));
    }
}
