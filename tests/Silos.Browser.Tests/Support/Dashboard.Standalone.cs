namespace Silos.Browser.Tests.Support;

/// <summary>The standalone host, on SQLite.</summary>
public sealed partial class Dashboard
{
    /// <summary>Gets how every page is looked at.</summary>
    internal static IReadOnlyList<Look> Looks => Look.All;

    private static Task<HostProcess> StartHostAsync(string folder, Dictionary<string, string> environment) =>
        HostProcess.StartAsync("Silos.Standalone", folder, environment, HostProcess.FreePort(), default);

    private static ValueTask AfterHostAsync() => ValueTask.CompletedTask;
}
