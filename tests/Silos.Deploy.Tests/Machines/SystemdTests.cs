using Silos.Deploy.Tests.Support;
using Silos.Hosting;

namespace Silos.Deploy.Tests.Machines;

public sealed class SystemdTests
{
    public static TheoryData<string, string> Units => new() { { "silos-standalone.service", "Silos.Standalone" }, { "silos-silo.service", "Silos.Silo" } };

    [Theory, MemberData(nameof(Units))]
    public void What_cannot_get_better_is_not_started_again(string file, string project)
    {
        var unit = Read(file);

        Assert.Equal("on-failure", unit["Restart"]);
        Assert.Equal($"{ExitCode.Usage} {ExitCode.Configuration}", unit["RestartPreventExitStatus"]);
        Assert.EndsWith($"/{project}", unit["ExecStart"], StringComparison.Ordinal);
        Assert.True(File.Exists(Repository.At($"src/{project}/{project}.csproj")), project);
    }

    [Theory, MemberData(nameof(Units))]
    public void A_service_has_the_time_to_drain(string file, string project)
    {
        Assert.NotEmpty(project);
        Assert.True(Seconds.Of(Read(file)["TimeoutStopSec"]) > Host.StopLimit);
    }

    [Theory, MemberData(nameof(Units))]
    public void A_service_writes_only_its_own_directory_and_has_no_privileges(string file, string project)
    {
        var unit = Read(file);

        Assert.NotEmpty(project);
        Assert.Equal("yes", unit["DynamicUser"]);
        Assert.Equal("strict", unit["ProtectSystem"]);
        Assert.Equal("yes", unit["ProtectHome"]);
        Assert.Equal("yes", unit["NoNewPrivileges"]);
        Assert.Equal(string.Empty, unit["CapabilityBoundingSet"]);
        Assert.Equal($"/var/lib/{unit["StateDirectory"]}", unit["WorkingDirectory"]);
        // .NET could not compile.
        Assert.False(unit.ContainsKey("MemoryDenyWriteExecute"));
    }

    [Fact]
    public void The_settings_that_the_units_speak_of_exist()
    {
        EnvironmentCheck.HostTakes(new Dictionary<string, string> { ["Silos__DrainTimeout"] = "30s" });
        Assert.True(SiloSource.IsSetting("Silos__Cluster__Address"));
        Assert.False(SiloSource.IsSetting("Silos__Cluster__Adress"));
        Assert.Contains("Silos__Cluster__Address", Repository.Read("deploy/silos-silo.service"), StringComparison.Ordinal);
        Assert.Contains($"ports {SiloSource.SiloPort} (silos) and {SiloSource.GatewayPort} (client apps)", Repository.Read("deploy/silos-silo.service"), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Read(string file)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadAllLines(Repository.At($"deploy/{file}")).Where(line => line.Length > 0 && line[0] is not ('#' or '[')))
        {
            var pair = line.Split('=', 2);
            Assert.Equal(2, pair.Length);

            // Some, such as SystemCallFilter, may be given again and add up.
            entries[pair[0]] = pair[1];
        }

        return entries;
    }
}
