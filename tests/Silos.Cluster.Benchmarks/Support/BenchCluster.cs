using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Node;
using Silos.Postgres;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Benchmarks.Support;

/// <summary>Silos as processes on a fresh database, this process as a client of them, and what all of them spend.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Bench _bench;
    private readonly ServerCpu _server;
    private readonly string _folder = Directory.CreateTempSubdirectory("silos-bench-").FullName;
    private SiloProcess[] _silos = [];
    private IHost? _client;

    private BenchCluster(Order order, Settings settings, Bench bench, ServerCpu server, ISilosStore store)
    {
        Order = order;
        Settings = settings;
        _bench = bench;
        _server = server;
        Store = store;
        Queues = [.. Enumerable.Range(0, order.Queues).Select(i => i == 0 ? QueueName.Default : QueueName.Parse($"bench-{i}"))];
    }

    public Order Order { get; }

    public Settings Settings { get; }

    /// <summary>The rows, read beside the silos.</summary>
    public ISilosStore Store { get; }

    public IReadOnlyList<QueueName> Queues { get; }

    public JsonText Payload => JsonText.Trusted(_bench.Payload);

    /// <summary>What a client app has.</summary>
    public ISilosClient Client => _client!.Services.GetRequiredService<ISilosClient>();

    public int N => Settings.N!.Value;

    public static async Task<BenchCluster> StartAsync(Order order, string figure)
    {
        var settings = order.For(figure);
        var bench = await Bench.CreateAsync(settings);
        await bench.DescribeAsync();
        Report.Say($"load average of the machine {Load()}");
        var cluster = new BenchCluster(
            order, settings, bench, await ServerCpu.OfAsync(bench.Connection), new PostgresStore(bench.Connection, null, NullLogger<PostgresStore>.Instance));
        try
        {
            var took = await cluster.StartSilosAsync();
            Report.Say($"{order.Silos} silo(s) ready after {took.TotalSeconds:N1} s");
            await cluster.Store.OpenAsync(exclusive: false, CancellationToken.None);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops all silos and starts as many again. Returns the time from the first process until every silo is ready.</summary>
    public async Task<TimeSpan> RestartAsync()
    {
        await StopAsync();
        return await StartSilosAsync();
    }

    /// <summary>A report that says what it was measured with.</summary>
    public Report NewReport()
    {
        var report = new Report(Settings, N);
        report.Add("silos", Order.Silos);
        report.Add("queues", Order.Queues);
        report.Add("payload_bytes", Settings.PayloadBytes);
        report.Add("load", Load());
        return report;
    }

    public async Task<Usage> MeterAsync(bool collect = false)
    {
        var facts = await Task.WhenAll(_silos.Select(silo => silo.FactsAsync(collect)));
        return new Usage(await _bench.MeterAsync(), facts, _server.Read());
    }

    public Task RecordAsync() => Task.WhenAll(_silos.Select(silo => silo.RecordAsync()));

    public async Task<IReadOnlyList<Start>> StartsAsync() =>
        [.. (await Task.WhenAll(_silos.Select(silo => silo.StartsAsync()))).SelectMany(starts => starts)];

    /// <summary>How many times the handler was called in the silos that run now.</summary>
    public async Task<long> ExecutedAsync() => (await Task.WhenAll(_silos.Select(silo => silo.CountAsync()))).Sum();

    public Task ExecutedAsync(long count) => UntilAsync(async () => await ExecutedAsync() >= count, $"the handler was called {count:N0} times");

    /// <summary>Waits until no run is unfinished; the question is cheap because finished runs are not looked at.</summary>
    public Task IdleAsync() => UntilAsync(
        async () => (await Store.Reader.QueueDepthsAsync(TenantId.Default, CancellationToken.None)).All(q => q.Queued + q.Running + q.Scheduled == 0),
        "every queue is empty");

    public Task<long> RowsAsync() => Store.Reader.CountAsync(TenantId.Default, null, CancellationToken.None).AsTask();

    public Task<long> CountAsync(string sql) => _bench.CountAsync(sql);

    /// <summary>Waits, looking often.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException($"It did not happen within {Patience} that {what}.");
            }

            await Task.Delay(Look, TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Store.DisposeAsync();
        await _bench.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private async Task<TimeSpan> StartSilosAsync()
    {
        var watch = Stopwatch.StartNew();
        _silos = [.. Enumerable.Range(1, Order.Silos).Select(i => SiloProcess.Start($"silo-{i}", _folder, _bench.Connection, Settings.Slots))];
        await Task.WhenAll(_silos.Select(silo => silo.ReadyAsync()));
        var took = watch.Elapsed;
        await ConnectAsync();
        return took;
    }

    /// <summary>Connects as a client app does, and runs something on every queue, so that all of them have their owner.</summary>
    private async Task ConnectAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.AddSilosClient(client => client
            .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "silos")
            .UseAdoNetClustering(options =>
            {
                options.Invariant = "Npgsql";
                options.ConnectionString = $"{_bench.Connection};Search Path=silos";
            }));
        _client = builder.Build();
        await _client.StartAsync();
        await UntilAsync(() => Client.IsHealthyAsync(CancellationToken.None), "the cluster is healthy");
        foreach (var queue in Queues)
        {
            await Client.EnqueueAsync(new RunRequest { Handler = "noop", Queue = queue, DeleteOnSuccess = true }, CancellationToken.None);
        }

        await ExecutedAsync(Queues.Count);
    }

    private async Task StopAsync()
    {
        if (_client is { } client)
        {
            _client = null;
            await client.StopAsync();
            client.Dispose();
        }

        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
        _silos = [];
    }
}
