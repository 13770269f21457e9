using System.Globalization;
using Silos.Testing;

namespace Silos.Browser.Tests.Support;

/// <summary>A silo, on PostgreSQL.</summary>
public sealed partial class Dashboard
{
    private string? _database;

    /// <summary>Gets how every page is looked at: the other looks are seen on the standalone host, and here by <c>tests/run.sh --long</c>.</summary>
    internal static IReadOnlyList<Look> Looks => Environment.GetEnvironmentVariable("SILOS_TEST_LONG") == "1" ? Look.All : [Look.Light];

    private async Task<HostProcess> StartHostAsync(string folder, Dictionary<string, string> environment)
    {
        var server = await PostgresServer.SharedAsync();
        _database = await server.CreateDatabaseAsync(CancellationToken.None);
        environment["ConnectionStrings__Silos"] = _database;
        environment["Silos__JobsFile"] = "silos.yaml";
        environment["Silos__Cluster__SiloName"] = "silo-1";
        environment["Silos__Cluster__Address"] = "127.0.0.1";
        environment["Silos__Cluster__SiloPort"] = HostProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        environment["Silos__Cluster__GatewayPort"] = HostProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        return await HostProcess.StartAsync("Silos.Silo", folder, environment, HostProcess.FreePort(), default);
    }

    private async ValueTask AfterHostAsync()
    {
        if (_database is not null)
        {
            await (await PostgresServer.SharedAsync()).DropDatabaseAsync(_database, CancellationToken.None);
        }
    }
}
