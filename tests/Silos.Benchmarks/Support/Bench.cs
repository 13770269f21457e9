using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Silos.Engine;
using Silos.Testing;

namespace Silos.Benchmarks.Support;

/// <summary>A host with Silos as shipped on a fresh database, and what the machine spent on it.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly Settings _settings;
    private readonly PostgresServer? _server;
    private readonly string _folder;
    private readonly EventHandler _onExit;

    private Bench(Settings settings, PostgresServer? server, string connection, string folder)
    {
        _settings = settings;
        _server = server;
        Connection = connection;
        _folder = folder;
        _onExit = (_, _) => DeleteFolder();
        AppDomain.CurrentDomain.ProcessExit += _onExit;
    }

    /// <summary>The connection string of PostgreSQL, or the SQLite file.</summary>
    public string Connection { get; }

    public static async Task<Bench> CreateAsync(Settings settings)
    {
        var folder = Directory.CreateTempSubdirectory("silos-bench-").FullName;
        if (settings.Store == "sqlite")
        {
            return new Bench(settings, null, Path.Combine(folder, "silos.db"), folder);
        }

        if (settings.Connection is { } given)
        {
            return new Bench(settings, null, given, folder);
        }

        Report.Say("Starting a throw-away PostgreSQL with default durability …");
        var server = await PostgresServer.StartAsync(CancellationToken.None);
        var bench = new Bench(settings, server, server.ConnectionString, folder);
        await bench.ExecuteAsync("alter system set max_wal_size = '8GB'; select pg_reload_conf()");
        if (settings.FlushDelay > TimeSpan.Zero)
        {
            var microseconds = (int)settings.FlushDelay.TotalMicroseconds;
            await bench.ExecuteAsync($"alter system set commit_delay = {microseconds}");
            await bench.ExecuteAsync("alter system set commit_siblings = 0");
            await bench.ExecuteAsync("select pg_reload_conf()");
        }

        return bench;
    }

    public void AddSilos(IServiceCollection services, Action<ISilosBuilder> configure)
    {
        // A figure that is told to stop ends at once: nobody wants half of one, and a host that stopped gracefully would leave it waiting.
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddSilos(silos =>
        {
            if (_settings.Store == "sqlite")
            {
                silos.UseSqlite(Connection);
            }
            else
            {
                silos.UsePostgres(Connection);
            }

            configure(silos);
        });
        services.Configure<EngineOptions>(options => options.Slots = _settings.Slots);
    }

    public async Task<IHost> StartAsync(Action<ISilosBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddSimpleConsole();
        AddSilos(builder.Services, configure);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public string Payload => $$"""{"text":"{{new string('x', Math.Max(0, _settings.PayloadBytes - 11))}}"}""";

    public async Task<Spent> MeterAsync() => new(
        Stopwatch.GetTimestamp(),
        Process.GetCurrentProcess().TotalProcessorTime,
        _settings.Store == "postgres" ? await WalAsync() : SqliteBytes(),
        _settings.Store == "postgres" ? await CommitsAsync() : 0);

    public async Task DescribeAsync()
    {
        if (_settings.Store == "postgres")
        {
            Report.Say($"PostgreSQL {await ScalarAsync("show server_version")}, fsync {await ScalarAsync("show fsync")}, "
                + $"synchronous_commit {await ScalarAsync("show synchronous_commit")}, commit_delay {await ScalarAsync("show commit_delay")}");
        }
        else
        {
            Report.Say("SQLite, WAL, synchronous=FULL");
        }

        Report.Say($"payload {_settings.PayloadBytes} bytes, history {(_settings.History ? "on" : "off")}, {_settings.Slots} slots, {Environment.ProcessorCount} cores");
    }

    public void Spend(Report report, Spent from, Spent to, long runs)
    {
        var cpu = to.Cpu - from.Cpu;
        report.Add("cpu_seconds", Math.Round(cpu.TotalSeconds, 2));
        report.Add("wal_bytes_per_run", Math.Round((to.Bytes - from.Bytes) / (double)runs));
        Report.Say($"CPU of this process {cpu.TotalSeconds:N1} s; written {(to.Bytes - from.Bytes) / (double)runs:N0} bytes a run");
        if (_settings.Store == "postgres")
        {
            report.Add("commits_per_run", Math.Round((to.Commits - from.Commits) / (double)runs, 4));
        }
    }

    /// <summary>Lets PostgreSQL write the plans of what is asked into its log, when that is wanted; only for a server of our own.</summary>
    public async Task ExplainAsync()
    {
        if (_server is not null)
        {
            await ExecuteAsync("alter system set session_preload_libraries = 'auto_explain'");
            await ExecuteAsync("select pg_reload_conf()");
            NpgsqlConnection.ClearAllPools();
        }
    }

    /// <summary>Does something and gets what PostgreSQL wrote about it, plans included.</summary>
    public async Task<string> PlansAsync(Func<Task> work)
    {
        if (_server is null)
        {
            return string.Empty;
        }

        await PlansFromAsync("0");
        var before = _server.Log.Length;
        await work();
        await PlansFromAsync("-1");
        return _server.Log[before..];
    }

    /// <summary>Executes one of the SQL files beside the figures.</summary>
    public async Task RunFileAsync(string name, int? argument = null)
    {
        using var stream = typeof(Bench).Assembly.GetManifestResourceStream($"Silos.Benchmarks.Pages.{name}.sql")!;
        using var reader = new StreamReader(stream);
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(await reader.ReadToEndAsync(), connection) { CommandTimeout = 0 };
        if (argument is { } value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks PostgreSQL for one number.</summary>
    public async Task<long> CountAsync(string sql) => Convert.ToInt64(await ScalarAsync(sql), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        AppDomain.CurrentDomain.ProcessExit -= _onExit;
        DeleteFolder();
    }

    private void DeleteFolder()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private Task<long> WalAsync() => CountAsync("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint");

    private Task<long> CommitsAsync() => CountAsync("select xact_commit from pg_stat_database where datname = current_database()");

    private static long SqliteBytes() => File.ReadLines("/proc/self/io")
        .Where(line => line.StartsWith("write_bytes:", StringComparison.Ordinal))
        .Select(line => long.Parse(line["write_bytes:".Length..], CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Writes plans of what takes that long; sessions that are open obey within a moment, when they are asked next.</summary>
    private async Task PlansFromAsync(string milliseconds)
    {
        await ExecuteAsync($"alter system set auto_explain.log_min_duration = {milliseconds}");
        await ExecuteAsync("select pg_reload_conf()");
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, CancellationToken.None);
    }

    private Task<object?> ExecuteAsync(string sql) => ScalarAsync(sql);
}

/// <summary>What had been spent at one moment.</summary>
internal sealed record Spent(long At, TimeSpan Cpu, long Bytes, long Commits)
{
    public static TimeSpan Between(Spent from, Spent to) => Stopwatch.GetElapsedTime(from.At, to.At);
}
