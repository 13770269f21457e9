using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Silos.Engine.Jobs;
using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;
using Silos.Workers;

namespace Silos.Engine.Tests.Jobs;

/// <summary>The whole engine in one process: a store in memory, a clock that the test moves, a scheduler that runs when the test says.</summary>
internal sealed class JobEngine : IDisposable
{
    /// <summary>Monday noon.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceCollection _services = new();
    private readonly HashSet<string> _gates = [];
    private ServiceProvider? _provider;

    public JobEngine(InMemoryDatabase? database = null, ManualTimeProvider? clock = null, IStoreFaults? faults = null, int seed = 1)
    {
        Clock = clock ?? new ManualTimeProvider(Noon);
        Scheduler = new DeterministicScheduler(seed);
        Database = database ?? new InMemoryDatabase();
        Store = new InMemoryStore(Database, faults);
        _services.AddKeyedSingleton<TimeProvider>(SilosClock.Key, Clock);
        _services.AddSingleton(new EngineScheduler { TaskScheduler = Scheduler, Draw = Scheduler.Draw });
        _services.AddSingleton<ISilosStore>(Store);
        _services.AddSingleton<ILoggerFactory>(Logs);
        _services.TryAddSingleton(typeof(ILogger<>), typeof(Logger<>));
        _services.AddSilos(silos => silos.Configure(options =>
        {
            options.WorkerName = "test-1";
            options.DefaultRetry = new RetryPolicy { Jitter = false };
        }));
        _services.Configure<AlarmOptions>(static options => options.Enabled = false);
    }

    public ManualTimeProvider Clock { get; }

    public DeterministicScheduler Scheduler { get; }

    public InMemoryDatabase Database { get; }

    public InMemoryStore Store { get; }

    public RecordingLoggers Logs { get; } = new();

    public List<(DateTimeOffset At, string Handler, JsonText Payload)> Ran { get; } = [];

    public ServiceProvider Provider => _provider ??= _services.BuildServiceProvider();

    public ISilosClient Client => Provider.GetRequiredService<ISilosClient>();

    public JobActors Actors => Provider.GetRequiredService<JobActors>();

    public JobEngine Configure(Action<EngineOptions> configure)
    {
        _services.Configure(configure);
        return this;
    }

    public JobEngine Watch(Action<AlarmOptions>? configure = null)
    {
        _services.Configure<AlarmOptions>(options =>
        {
            options.Enabled = true;
            configure?.Invoke(options);
        });
        return this;
    }

    public JobEngine With(Action<ISilosBuilder> register)
    {
        register(new SilosBuilder(_services));
        return this;
    }

    /// <summary>Registers a handler that notes when it ran.</summary>
    public JobEngine Handle(string key, Action<HandlerBuilder>? configure = null) => With(silos => silos.AddHandler(
        key,
        (context, _) =>
        {
            Ran.Add((Clock.Now(), key, context.Payload));
            return Task.CompletedTask;
        },
        configure));

    /// <summary>Registers a handler that runs until it is cancelled or <see cref="Open"/> lets it end.</summary>
    public JobEngine Hold(string key, Action<HandlerBuilder>? configure = null) => With(silos => silos.AddHandler(
        key,
        async (context, token) =>
        {
            Ran.Add((Clock.Now(), key, context.Payload));
            while (!_gates.Contains(key))
            {
                await Task.Delay(TimeSpan.FromSeconds(1), Clock, token);
            }
        },
        configure));

    public JobEngine Fail(string key) => With(silos => silos.AddHandler(key, (_, _) =>
    {
        Ran.Add((Clock.Now(), key, default));
        throw new InvalidOperationException("it broke");
    }));

    public void Open(string key) => _gates.Add(key);

    public void Close(string key) => _gates.Remove(key);

    public JobEngine Start()
    {
        Do(() => Host.StartAsync(CancellationToken.None), TimeSpan.FromMinutes(5));
        Settle();
        return this;
    }

    public void Stop() => Do(
        async () =>
        {
            await Host.StopAsync(CancellationToken.None);
            await Store.DisposeAsync();
        },
        TimeSpan.FromMinutes(5));

    public void Kill() => Store.Kill();

    public void Settle() => Scheduler.RunUntilIdle();

    /// <summary>Lets time pass, timer by timer.</summary>
    public void Advance(TimeSpan by)
    {
        Settle();
        while (Clock.NextTimer is { } next && next <= by)
        {
            Clock.Advance(next);
            by -= next;
            Settle();
        }

        Clock.Advance(by);
        Settle();
    }

    public void AdvanceTo(DateTimeOffset at) => Advance(at - Clock.Now());

    public void Do(Func<Task> work, TimeSpan? patience = null) => Get(
        async () =>
        {
            await work();
            return true;
        },
        patience);

    public T Get<T>(Func<Task<T>> work, TimeSpan? patience = null)
    {
        T result = default!;
        var task = Scheduler.Run(async () => result = await work());
        Settle();
        var left = patience ?? TimeSpan.Zero;
        while (!task.IsCompleted && left > TimeSpan.Zero)
        {
            var step = Clock.NextTimer is { } next && next < left ? next : left;
            Clock.Advance(step);
            left -= step;
            Settle();
        }

        Assert.True(task.IsCompleted, $"It has not ended, and nothing moves any more (seed {Scheduler.Seed}).");
        task.GetAwaiter().GetResult();
        return result;
    }

    public static JobKey Key(string name) => new(TenantId.Default, JobName.Parse(name));

    public static JobDefinition Define(string name, string? cron = null, Action<JobBuilder>? configure = null, string? handler = null)
    {
        var builder = new JobBuilder(new JobDefinition { Name = JobName.Parse(name), Handler = handler ?? name });
        if (cron is not null)
        {
            builder.Cron(cron);
        }

        configure?.Invoke(builder);
        return builder.Definition;
    }

    public Job Register(string name, string? cron = null, Action<JobBuilder>? configure = null, string source = "api", string? handler = null) =>
        Register(Define(name, cron, configure, handler), source);

    public Job Register(JobDefinition definition, string source = "api") =>
        Get(() => Client.RegisterAsync(TenantId.Default, definition, source, CancellationToken.None));

    public Job Row(string name) => Get(() => Store.Jobs.FindAsync(Key(name), CancellationToken.None).AsTask())!;

    public RunId Trigger(string name, TriggerOptions? options = null) =>
        Get(() => Client.TriggerAsync(Key(name), options ?? new TriggerOptions(), CancellationToken.None));

    public Job Pause(string name, string? reason = null) =>
        Get(() => Client.PauseAsync(Key(name), "ann", reason, CancellationToken.None));

    public Job Resume(string name) => Get(() => Client.ResumeAsync(Key(name), "ann", null, CancellationToken.None));

    public IReadOnlyList<Run> Runs() =>
        Get(() => Store.Reader.ListAsync(new RunQuery(TenantId.Default, Limit: 100_000), CancellationToken.None).AsTask());

    /// <summary>The ledger, oldest first, as <c>12:00:00 enqueued</c>.</summary>
    public IEnumerable<string> Ledger(string name) => Occurrences(name).Select(o =>
        $"{o.DueAt:HH:mm:ss} {o.Verdict}{(o.Count == 1 ? string.Empty : $" x{o.Count}")}");

    public IReadOnlyList<Occurrence> Occurrences(string name) =>
        [.. Get(() => Store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(Key(name), Limit: 100_000), CancellationToken.None).AsTask()).Reverse()];

    public IEnumerable<string> Explain(string name) =>
        Blockers(name).Select(b => b.Code);

    public IReadOnlyList<Blocker> Blockers(string name) => Get(() => Client.ExplainAsync(Key(name), CancellationToken.None));

    public IReadOnlyList<Blocker> Blockers(RunId run) =>
        Get(() => Client.ExplainRunAsync(TenantId.Default, run, CancellationToken.None));

    public void Dispose()
    {
        if (_provider is { } provider)
        {
            // What still runs is left where it is: nobody moves this clock any more.
            _ = Scheduler.Run(() => provider.DisposeAsync().AsTask());
            Settle();
        }
    }

    private SilosHost Host => Provider.GetRequiredService<SilosHost>();
}
