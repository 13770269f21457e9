using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Silos.Testing;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>Silos as processes over a PostgreSQL server of their own.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>How the line begins that a silo writes when the metric of refused writes rises; the check that refused follows.</summary>
    public const string Refused = "METRIC silos.writes.refused check=";

    private readonly Dictionary<int, SiloProcess> _silos = [];
    private readonly Dictionary<int, (int Http, int Silo)> _ports = [];
    private readonly Dictionary<int, int> _lives = [];
    private readonly Dictionary<int, (string? Executable, IReadOnlyDictionary<string, string>? Settings)> _builds = [];
    private readonly List<SiloProcess> _all = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _over = new();
    private int _unasked;
    private Task _supervisor = Task.CompletedTask;
    private readonly Dictionary<string, string> _environment;
    private readonly string _connectionString;

    private TestCluster(
        PostgresServer server, string connectionString, NpgsqlDataSource source, Network? network, Dictionary<string, string> environment)
    {
        Server = server;
        Network = network;
        Source = source;
        Effects = new Effects(source);
        _connectionString = connectionString;
        _environment = environment;
        Folder = Directory.CreateTempSubdirectory("silos-cluster-").FullName;
    }

    public PostgresServer Server { get; }

    public Network? Network { get; }

    public NpgsqlDataSource Source { get; }

    public Effects Effects { get; }

    public string Folder { get; }

    /// <summary>Gets or sets whether all is well, so that nobody needs the output of the silos.</summary>
    public bool Passed { get; set; }

    /// <summary>Gets how many silos ended by themselves and were started again.</summary>
    public int Unasked => Volatile.Read(ref _unasked);

    /// <summary>Gets deaths and freezes, in order: whose, when, and what it was.</summary>
    public List<Blow> Blows { get; } = [];

    /// <summary>Gets every life of every silo so far.</summary>
    public IReadOnlyList<SiloProcess> Lives
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>Gets the silos that calls may go to.</summary>
    public IReadOnlyList<SiloProcess> Taking
    {
        get
        {
            lock (_lock)
            {
                return [.. _silos.Values.Where(silo => silo.Takes)];
            }
        }
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Makes the database and whatever else silos need; none is started yet.</summary>
    public static async Task<TestCluster> MakeAsync(Dictionary<string, string> settings, Network? network = null)
    {
        var server = await PostgresServer.StartAsync(Cancelled, network?.Database, network?.Range);
        var connection = await server.CreateDatabaseAsync(Cancelled);

        // Without a pool: what it held would be broken after the server was restarted.
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Pooling = false });
        var cluster = new TestCluster(server, connection, source, network, settings);
        try
        {
            await cluster.Effects.CreateAsync(Cancelled);
            cluster._supervisor = cluster.SuperviseAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gets the present life of a silo.</summary>
    public SiloProcess this[int silo]
    {
        get
        {
            lock (_lock)
            {
                return _silos[silo];
            }
        }
    }

    /// <summary>Starts silos and waits until all of them are ready.</summary>
    public Task StartAsync(params int[] silos) => StartAsync(silos, null);

    /// <summary>Starts silos from another build or with other settings, and waits until all of them are ready.</summary>
    public async Task StartAsync(int[] silos, string? executable, IReadOnlyDictionary<string, string>? settings = null)
    {
        foreach (var silo in silos)
        {
            Launch(silo, executable, settings);
        }

        await Task.WhenAll(silos.Select(silo => this[silo].ReadyAsync(Cancelled)));
    }

    public SiloProcess Launch(int silo, string? executable = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        lock (_lock)
        {
            if (!_ports.TryGetValue(silo, out var ports))
            {
                ports = Network is null ? (SiloProcess.FreePort(), SiloProcess.FreePort()) : (8080, 11111);
                _ports.Add(silo, ports);
            }

            _builds[silo] = (executable, settings);
            var address = Network?.AddressOf(silo) ?? "127.0.0.1";
            var life = _lives[silo] = _lives.GetValueOrDefault(silo) + 1;
            var name = $"silo{silo}#{life}";
            var environment = new Dictionary<string, string>
            {
                ["ConnectionStrings__Silos"] = Network is null
                    ? _connectionString
                    : new NpgsqlConnectionStringBuilder(_connectionString) { Host = Network.Database }.ConnectionString,
                ["Silos__Examples"] = "false",
                ["Silos__Slots"] = "32",
                ["Silos__AllowRemoteWithoutKey"] = "true",
                ["Silos__Cluster__SiloName"] = $"silo{silo}",
                ["Silos__Cluster__Address"] = address,
                ["Silos__Cluster__SiloPort"] = ports.Silo.ToString(CultureInfo.InvariantCulture),
                ["Silos__Cluster__GatewayPort"] = "0",
                ["LOG_LEVEL"] = "information",
                ["TEST_SILO"] = name,

                // Many processes on few cores: each takes a little.
                ["DOTNET_gcServer"] = "0",
                ["DOTNET_TieredPGO"] = "0",
            };
            foreach (var (key, value) in _environment.Concat(settings ?? new Dictionary<string, string>()))
            {
                environment[key] = value;
            }

            var process = SiloProcess.Launch(
                name, Folder, executable ?? Artifacts.TestSilo, Network?.NameOf(silo), new Uri($"http://{address}:{ports.Http}"), environment);
            _silos[silo] = process;
            _all.Add(process);
            return process;
        }
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync(int silo) => InTurnAsync(silo, async process =>
    {
        Record(silo, "killed");
        await process.KillAsync();
    });

    /// <summary>SIGTERM, and a new start from this build or another.</summary>
    public Task ReplaceAsync(int silo, string? executable = null, IReadOnlyDictionary<string, string>? settings = null) => InTurnAsync(silo, async process =>
    {
        await EndAsync(process);
        await StartAsync([silo], executable, settings);
    });

    /// <summary>SIGTERM for good.</summary>
    public Task TerminateAsync(int silo) => InTurnAsync(silo, EndAsync);

    /// <summary>SIGSTOP for a while. A silo that was declared dead meanwhile ends itself when it comes back; then it is started again, as a supervisor would.</summary>
    public async Task FreezeAsync(int silo, TimeSpan time)
    {
        SiloProcess? frozen = null;
        await InTurnAsync(silo, process =>
        {
            Record(silo, $"frozen for {time.TotalSeconds} s");
            frozen = process;
            return process.FreezeAsync();
        });
        await Clock.WaitAsync(time);
        await frozen!.ContinueAsync();
        await ReviveAsync(silo);
    }

    /// <summary>Waits until a silo is ready and the others think so, too: if they declared it dead, until it has ended and was started again.</summary>
    public Task ReviveAsync(int silo) => Clock.UntilAsync(
        async () => this[silo] is { Takes: true, HasExited: false } && await IsActiveAsync(silo),
        TimeSpan.FromMinutes(3),
        () => $"{this[silo].Name} was a member again:\n{this[silo].Tail()}");

    private async Task<bool> IsActiveAsync(int silo)
    {
        // 3: active. The latest life is the one with the highest generation.
        await using var command = Source.CreateCommand(
            "select status from silos.cluster_member where silo_name = $1 order by generation desc limit 1");
        command.Parameters.Add(new NpgsqlParameter { Value = $"silo{silo}" });
        return await command.ExecuteScalarAsync(Cancelled) is 3;
    }

    /// <summary>Does something to a silo that is there: if it has just ended itself, its next life is waited for.</summary>
    private async Task InTurnAsync(int silo, Func<SiloProcess, Task> work)
    {
        await _turn.WaitAsync(Cancelled);
        try
        {
            await LookAfterAsync(silo);
            await this[silo].ReadyAsync(Cancelled);
            await work(this[silo]);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task EndAsync(SiloProcess process)
    {
        var code = await process.TerminateAsync(Cancelled);

        // On a starved machine it may be declared dead just then.
        Assert.True(code == 0 || process.WasDeclaredDead, $"{process.Name} ended with {code}:\n{process.Tail()}");
    }

    /// <summary>Does what a supervisor does: starts silos again that have ended by themselves.</summary>
    private async Task SuperviseAsync()
    {
        try
        {
            while (!_over.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, _over.Token);
                await _turn.WaitAsync(_over.Token);
                try
                {
                    int[] silos;
                    lock (_lock)
                    {
                        silos = [.. _silos.Keys];
                    }

                    foreach (var silo in silos)
                    {
                        await LookAfterAsync(silo);
                    }
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task LookAfterAsync(int silo)
    {
        var process = this[silo];
        if (process is { HasExited: true, IsAsked: false })
        {
            Interlocked.Increment(ref _unasked);
            process.Takes = false;
            var (executable, settings) = _builds[silo];
            process = Launch(silo, executable, settings);
        }

        if (!process.Takes && !process.IsFrozen && !process.IsAsked)
        {
            await process.TryReadyAsync();
        }
    }

    public void Record(int silo, string what)
    {
        var blow = new Blow(this[silo].Name, Clock.Now, what);
        lock (_lock)
        {
            Blows.Add(blow);
        }
    }

    /// <summary>Asks any silo that takes calls, again and again until one answers.</summary>
    public async Task<JsonNode> GetAsync(string path)
    {
        var deadline = Clock.Now.AddMinutes(2);
        var problem = "no silo takes calls";
        while (Clock.Now < deadline)
        {
            foreach (var silo in Taking)
            {
                try
                {
                    using var response = await silo.Http.GetAsync(path, Cancelled);
                    if (response.IsSuccessStatusCode)
                    {
                        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!;
                    }

                    problem = $"{silo.Name}: {response.StatusCode} {await response.Content.ReadAsStringAsync(Cancelled)}";
                }
                catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !Cancelled.IsCancellationRequested)
                {
                    problem = $"{silo.Name}: {exception.Message}";
                }
            }

            await Clock.WaitAsync(TimeSpan.FromMilliseconds(200));
        }

        throw new TimeoutException($"No silo answered GET {path}: {problem}");
    }

    /// <summary>Tells any silo that takes calls, again and again until one accepts.</summary>
    public async Task SendAsync(HttpMethod method, string path, JsonNode body)
    {
        var deadline = Clock.Now.AddMinutes(2);
        var problem = "no silo takes calls";
        while (Clock.Now < deadline)
        {
            foreach (var silo in Taking)
            {
                try
                {
                    using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
                    using var response = await silo.Http.SendAsync(request, Cancelled);
                    if (response.IsSuccessStatusCode)
                    {
                        return;
                    }

                    problem = $"{silo.Name}: {response.StatusCode} {await response.Content.ReadAsStringAsync(Cancelled)}";
                }
                catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !Cancelled.IsCancellationRequested)
                {
                    problem = $"{silo.Name}: {exception.Message}";
                }
            }

            await Clock.WaitAsync(TimeSpan.FromMilliseconds(200));
        }

        throw new TimeoutException($"No silo accepted {method} {path}: {problem}");
    }

    /// <summary>Follows keyset paging to its end.</summary>
    public async Task<List<JsonNode>> AllAsync(string url, string identity, string paging)
    {
        var all = new List<JsonNode>();
        var next = url;
        while (next is not null)
        {
            var page = await GetAsync(next);
            all.AddRange(page["items"]!.AsArray().Select(item => item!));
            next = page["next"] is { } cursor ? $"{url}&{paging}={Uri.EscapeDataString((string)cursor!)}" : null;
        }

        Assert.Equal(all.Count, all.Select(item => (string)item[identity]!).Distinct().Count());
        return all;
    }

    /// <summary>Counts lines in the output of all silos.</summary>
    public int CountLines(string text) => Lives.Sum(life =>
        life.Output.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _supervisor;
        _over.Dispose();
        _turn.Dispose();
        foreach (var silo in Lives)
        {
            await silo.DisposeAsync();
        }

        await Source.DisposeAsync();
        await Server.DisposeAsync();
        if (Passed && Environment.GetEnvironmentVariable("SILOS_TEST_KEEP") != "1")
        {
            Directory.Delete(Folder, recursive: true);
        }
        else
        {
            Console.WriteLine($"    The output of the silos is in {Folder}");
        }
    }
}

/// <summary>What was done to a silo.</summary>
internal sealed record Blow(string Silo, DateTimeOffset At, string What);
