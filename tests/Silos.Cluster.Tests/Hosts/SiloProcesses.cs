using System.Data.Common;
using System.Globalization;
using Silos.Testing;

namespace Silos.Cluster.Tests.Hosts;

/// <summary>Silos as their users run them: processes over one PostgreSQL database, in a directory of their own.</summary>
internal sealed class SiloProcesses : IAsyncDisposable
{
    public const string Project = "Silos.Silo";

    private readonly List<HostProcess> _silos = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("silos-silo-").FullName;
    private readonly PostgresServer _server;
    private readonly bool _ownServer;

    private SiloProcesses(PostgresServer server, string connectionString, bool ownServer)
    {
        _server = server;
        _ownServer = ownServer;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public PostgresServer Server => _server;

    public string Folder => _folder;

    /// <param name="cancellationToken">Ends the test.</param>
    /// <param name="ownServer">Whether the server is this test's alone, to be stopped and started.</param>
    public static async Task<SiloProcesses> CreateAsync(CancellationToken cancellationToken, bool ownServer = false)
    {
        var server = ownServer ? await PostgresServer.StartAsync(cancellationToken) : await PostgresServer.SharedAsync();
        return new SiloProcesses(server, await server.CreateDatabaseAsync(cancellationToken), ownServer);
    }

    /// <summary>Gets the settings of one more silo on this machine.</summary>
    public Dictionary<string, string> Settings(string name, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__Silos"] = ConnectionString,
            ["Silos__Examples"] = "false",
            ["Silos__Handlers__Http__AllowPrivateNetworks"] = "true",
            ["Silos__Cluster__SiloName"] = name,
            ["Silos__Cluster__Address"] = "127.0.0.1",
            ["Silos__Cluster__SiloPort"] = HostProcess.FreePort().ToString(CultureInfo.InvariantCulture),
            ["Silos__Cluster__GatewayPort"] = HostProcess.FreePort().ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    /// <summary>Starts a silo without waiting.</summary>
    public HostProcess Launch(IReadOnlyDictionary<string, string> settings, int? port = null, params string[] arguments)
    {
        var silo = HostProcess.Launch(Project, _folder, settings, port ?? HostProcess.FreePort(), arguments);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Starts a program that ends by itself, without an address to listen on.</summary>
    public HostProcess Run(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var silo = HostProcess.Launch(Project, _folder, settings, port: null, arguments);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Starts silos and waits until all are ready.</summary>
    public async Task<IReadOnlyList<HostProcess>> StartAsync(CancellationToken cancellationToken, params string[] names)
    {
        var silos = names.Select(name => Launch(Settings(name))).ToList();
        foreach (var silo in silos)
        {
            await silo.ReadyAsync(cancellationToken);
        }

        return silos;
    }

    /// <summary>Runs SQL as an administrator would.</summary>
    public async Task<string> SqlAsync(string sql, CancellationToken cancellationToken) => (await _server.SqlAsync(
        new DbConnectionStringBuilder { ConnectionString = ConnectionString }["Database"].ToString()!, sql, cancellationToken)).Trim();

    /// <summary>Gets the state of a silo in the list of silos: 3 active, 6 dead.</summary>
    public Task<string> StatusAsync(string name, CancellationToken cancellationToken) => SqlAsync(
        $"select status from silos.cluster_member where silo_name = '{name}' order by generation desc limit 1", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        if (_ownServer)
        {
            await _server.DisposeAsync();
        }
        else
        {
            await _server.DropDatabaseAsync(ConnectionString, CancellationToken.None);
        }

        Directory.Delete(_folder, recursive: true);
    }
}
