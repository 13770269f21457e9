using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Silos.Testing;

/// <summary>A PostgreSQL server for tests, started from the installed binaries with default durability and thrown away afterwards.</summary>
/// <remarks>
/// The environment variable <c>SILOS_TEST_POSTGRES</c> (a connection string of a user that may create databases) names a
/// running server to use instead. Missing binaries are an error, never a reason to skip. The server ends with this process,
/// however that ends: a small shell watches the pipe to it.
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The environment variable that names a running server.</summary>
    public const string Variable = "SILOS_TEST_POSTGRES";

    /// <summary>
    /// Reads a word a line: <c>fast</c> and <c>crash</c> stop the server, <c>start</c> starts it again; when the pipe
    /// closes, the server is stopped and its directory deleted. $1 is the directory, the rest the command.
    /// </summary>
    private const string Keeper = """
        dir=$1
        shift
        run() { "$@" </dev/null >>"$dir/server.log" 2>&1 & child=$!; }
        stop() { kill -"$1" "$(head -n 1 "$dir/data/postmaster.pid")" 2>/dev/null; wait "$child"; }
        trap '' INT TERM HUP
        run "$@"
        while read -r word; do
            case $word in
                fast) stop INT ;;
                crash) stop QUIT ;;
                start) run "$@" ;;
            esac
            echo done
        done
        stop QUIT
        rm -rf "$dir"
        """;

    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(() => StartAsync(CancellationToken.None));
    private static int _databases;

    private readonly Process? _keeper;
    private readonly string _directory;
    private readonly string _binaries;
    private readonly DbConnectionStringBuilder _connection;

    private PostgresServer(Process? keeper, string directory, string binaries, DbConnectionStringBuilder connection)
    {
        _keeper = keeper;
        _directory = directory;
        _binaries = binaries;
        _connection = connection;
    }

    /// <summary>Gets the connection string of the server's database <c>postgres</c>.</summary>
    public string ConnectionString => _connection.ConnectionString;

    /// <summary>Gets the server's log so far; empty for a given server.</summary>
    public string Log => File.Exists(Path.Combine(_directory, "server.log"))
        ? File.ReadAllText(Path.Combine(_directory, "server.log"))
        : string.Empty;

    /// <summary>Gets the server that all tests of this process share; it is stopped when the process ends.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    /// <summary>Starts a server of one's own, or takes the given one.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="address">Where else than on this machine alone it listens: an address of this machine; null for nowhere.</param>
    /// <param name="from">Who may come there: addresses in CIDR notation; not null if there is an address.</param>
    /// <exception cref="InvalidOperationException">There are no binaries, or the server did not start; the message says what to do.</exception>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken, string? address = null, string? from = null)
    {
        var binaries = FindBinaries();
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return new PostgresServer(null, string.Empty, binaries, new DbConnectionStringBuilder { ConnectionString = given });
        }

        var directory = Directory.CreateTempSubdirectory("silos-pg-").FullName;
        string[] asUser = [];
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", ["postgres", directory], null, cancellationToken);
            asUser = SwitchUser();
        }

        var data = Path.Combine(directory, "data");
        var password = Guid.NewGuid().ToString("N");
        var passwordFile = Path.Combine(directory, "password");
        await File.WriteAllTextAsync(passwordFile, password, cancellationToken);
        string[] initialize =
        [
            .. asUser, Path.Combine(binaries, "initdb"), "--pgdata", data, "--username=postgres", "--pwfile", passwordFile,
            "--auth-host=scram-sha-256", "--auth-local=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ];
        await RunAsync(initialize[0], initialize[1..], null, cancellationToken);
        if (from is not null)
        {
            await File.AppendAllTextAsync(Path.Combine(data, "pg_hba.conf"), $"host all all {from} scram-sha-256\n", cancellationToken);
        }

        var port = FreePort();
        string[] command =
        [
            .. asUser, Path.Combine(binaries, "postgres"), "-D", data, "-c", $"port={port}",
            "-c", $"listen_addresses=127.0.0.1{(address is null ? string.Empty : "," + address)}", "-c", $"unix_socket_directories={directory}", "-c", "max_connections=200",
        ];
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in new[] { "-c", Keeper, "sh", directory }.Concat(command))
        {
            start.ArgumentList.Add(argument);
        }

        var keeper = Process.Start(start) ?? throw new InvalidOperationException("The shell that keeps PostgreSQL did not start.");
        var connection = new DbConnectionStringBuilder
        {
            ["Host"] = "127.0.0.1",
            ["Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Username"] = "postgres",
            ["Password"] = password,
            ["Database"] = "postgres",
        };
        var server = new PostgresServer(keeper, directory, binaries, connection);
        await server.ReadyAsync(cancellationToken);
        return server;
    }

    /// <summary>Makes an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"silos_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}");
        await SqlAsync("postgres", $"create database {name} encoding 'UTF8' template template0", cancellationToken);
        return new DbConnectionStringBuilder { ConnectionString = ConnectionString, ["Database"] = name }.ConnectionString;
    }

    /// <summary>Deletes a database that <see cref="CreateDatabaseAsync"/> made, connections or not.</summary>
    public Task DropDatabaseAsync(string connectionString, CancellationToken cancellationToken)
    {
        var name = new DbConnectionStringBuilder { ConnectionString = connectionString }["Database"].ToString()!;
        return SqlAsync("postgres", $"drop database if exists {name} with (force)", cancellationToken);
    }

    /// <summary>Runs SQL with <c>psql</c> and returns what it prints, unaligned and without headers.</summary>
    public Task<string> SqlAsync(string database, string sql, CancellationToken cancellationToken) => RunAsync(
        Path.Combine(_binaries, "psql"),
        ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--dbname", database, "--command", sql],
        ClientEnvironment(),
        cancellationToken);

    /// <summary>Returns the schema of a database as <c>pg_dump --schema-only</c> prints it.</summary>
    public Task<string> DumpSchemaAsync(string connectionString, string schema, CancellationToken cancellationToken)
    {
        var name = new DbConnectionStringBuilder { ConnectionString = connectionString }["Database"].ToString()!;
        return RunAsync(
            Path.Combine(_binaries, "pg_dump"),
            ["--schema-only", "--no-owner", "--no-privileges", "--schema", schema, "--dbname", name],
            ClientEnvironment(),
            cancellationToken);
    }

    /// <summary>Stops the server, as an administrator would or as a crash does. Only for a server of one's own.</summary>
    public Task StopAsync(bool crash, CancellationToken cancellationToken) => TellAsync(crash ? "crash" : "fast", cancellationToken);

    /// <summary>Starts the server again after <see cref="StopAsync"/>, under the same address.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await TellAsync("start", cancellationToken);
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Stops the server and deletes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_keeper is { HasExited: false })
        {
            _keeper.StandardInput.Close();
            await _keeper.WaitForExitAsync();
        }

        _keeper?.Dispose();
    }

    private static string FindBinaries()
    {
        var folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        return folders.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException(
                "PostgreSQL's binaries (initdb, postgres, psql) are neither in /usr/lib/postgresql/*/bin nor on the PATH. "
                + $"Install them (Debian: apt-get install postgresql), or name a running server in {Variable}.");
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] SwitchUser()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Append("/usr/sbin");
        return folders.Any(folder => File.Exists(Path.Combine(folder, "setpriv")))
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            : ["runuser", "-u", "postgres", "--"];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> RunAsync(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? (await output).TrimEnd()
            : throw new InvalidOperationException($"{file} failed with exit code {process.ExitCode}: {(await error).Trim()}");
    }

    /// <summary>Waits until the server takes connections; pg_isready would lie while it recovers.</summary>
    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var tries = 0; ; tries++)
        {
            try
            {
                await SqlAsync("postgres", "select 1", cancellationToken);
                return;
            }
            catch (InvalidOperationException exception)
            {
                if (tries == 1_000 || _keeper!.HasExited)
                {
                    throw new InvalidOperationException($"PostgreSQL did not start. Its log: {Log}", exception);
                }
            }

            await pause.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task TellAsync(string word, CancellationToken cancellationToken)
    {
        if (_keeper is null)
        {
            throw new InvalidOperationException($"The server given by {Variable} is not ours to stop or start.");
        }

        await _keeper.StandardInput.WriteLineAsync(word.AsMemory(), cancellationToken);
        await _keeper.StandardInput.FlushAsync(cancellationToken);
        await _keeper.StandardOutput.ReadLineAsync(cancellationToken);
    }

    private Dictionary<string, string> ClientEnvironment()
    {
        string Value(string key, string other) => _connection.TryGetValue(key, out var value) ? value.ToString()! : other;
        var environment = new Dictionary<string, string>
        {
            ["PGHOST"] = Value("Host", "127.0.0.1"),
            ["PGPORT"] = Value("Port", "5432"),
            ["PGUSER"] = Value("Username", "postgres"),
        };
        if (_connection.TryGetValue("Password", out var password))
        {
            environment["PGPASSWORD"] = password.ToString()!;
        }

        return environment;
    }
}
