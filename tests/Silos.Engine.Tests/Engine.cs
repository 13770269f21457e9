using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Engine.Queues;
using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;
using Silos.Workers;

namespace Silos.Engine.Tests;

/// <summary>The runs' half of the engine on a store in memory, a clock that the test moves and a scheduler that runs when the test says.</summary>
internal sealed class Engine : IDisposable
{
    private readonly ServiceCollection _services = new();
    private readonly JobHostRecorder _jobs = new();
    private ServiceProvider? _provider;

    public Engine(int seed = 1, InMemoryDatabase? database = null, ManualTimeProvider? clock = null, IStoreFaults? faults = null, DeterministicScheduler? scheduler = null)
    {
        Clock = clock ?? new ManualTimeProvider();
        Scheduler = scheduler ?? new DeterministicScheduler(seed);
        Store = new InMemoryStore(database ?? new InMemoryDatabase(), faults);
        _services.AddKeyedSingleton<TimeProvider>(SilosClock.Key, Clock);
        _services.AddSingleton(new EngineScheduler { TaskScheduler = Scheduler, Draw = Scheduler.Draw });
        _services.AddSingleton<ISilosStore>(Store);
        _services.AddSingleton<IJobHost>(_jobs);
        _services.AddSingleton<ILoggerFactory>(Logs);
        _services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        _services.AddOptions<EngineOptions>().Configure(options =>
        {
            options.WorkerName = "test-1";
            options.DefaultRetry = new RetryPolicy { Jitter = false };
        });
        QueueServices.Add(_services);
    }

    public ManualTimeProvider Clock { get; }

    public DeterministicScheduler Scheduler { get; }

    public InMemoryStore Store { get; }

    public RecordingLoggers Logs { get; } = new();

    public IServiceCollection Services => _services;

    public IReadOnlyList<JobKey> FinishedJobs => _jobs.Finished;

    public InProcessQueueHost Host => Provider.GetRequiredService<InProcessQueueHost>();

    public Worker Worker => Provider.GetRequiredService<Worker>();

    public IServiceProvider Provider => _provider ??= _services.BuildServiceProvider();

    public Engine Configure(Action<EngineOptions> configure)
    {
        _services.Configure(configure);
        return this;
    }

    public Engine Handle(string key, Func<JobContext, CancellationToken, Task> handler, Action<HandlerBuilder>? configure = null)
    {
        new SilosBuilder(_services).AddHandler(key, handler, configure);
        return this;
    }

    public Engine Start()
    {
        Do(() => Host.StartAsync(CancellationToken.None));
        Settle();
        return this;
    }

    public void Stop() => Do(() => Host.StopAsync(CancellationToken.None), patience: TimeSpan.FromMinutes(5));

    /// <summary>Runs until nothing moves without time.</summary>
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

    public void Do(Func<Task> work, TimeSpan? patience = null)
    {
        var task = Scheduler.Run(work);
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
    }

    public T Get<T>(Func<Task<T>> work, TimeSpan? patience = null)
    {
        T result = default!;
        Do(async () => result = await work(), patience);
        return result;
    }

    public NewRun New(string handler, Func<NewRun, NewRun>? change = null)
    {
        var now = Clock.Now();
        var run = new NewRun
        {
            Id = RunId.New(now),
            Tenant = TenantId.Default,
            Handler = handler,
            DueAt = now,
            EnqueuedAt = now,
        };
        return change is null ? run : change(run);
    }

    public RunId Enqueue(string handler, Func<NewRun, NewRun>? change = null) => Enqueue(New(handler, change)).Id;

    public EnqueueOutcome Enqueue(NewRun run, bool mayRepeat = false) =>
        Get(async () => (await Host.EnqueueAsync([run], mayRepeat, CancellationToken.None))[0]);

    public RunDetails Details(RunId run, TenantId? tenant = null) =>
        Get(async () => (await Store.Reader.FindAsync(tenant ?? TenantId.Default, run, CancellationToken.None))!);

    public Run Read(RunId run) => Details(run).Run;

    public IReadOnlyList<RunLogLine> Log(RunId run) =>
        Get(() => Store.Reader.ReadLogAsync(TenantId.Default, run, 0, 100_000, CancellationToken.None).AsTask());

    public void Cancel(RunId run, bool terminate = false) => Do(async () =>
    {
        var queue = await Store.Runs.RequestCancelAsync(
            TenantId.Default, run, new CancelRequest("ann", "not needed", Clock.Now(), terminate), CancellationToken.None);
        Host.HintCancel(queue!.Value, run);
    });

    public void Set(string kind, string key, JsonText value) => Do(async () =>
    {
        var old = await Store.Settings.FindAsync(kind, key, CancellationToken.None);
        Assert.NotNull(await Store.Settings.TrySaveAsync(new Setting(kind, key, value, old?.Version ?? 0), CancellationToken.None));
        _ = Host.SettingsChangedAsync();
    });

    public void SetLimits(QueueLimits limits, string queue = "default") =>
        Set(SettingsSnapshot.QueueKind, $"default/{queue}", JsonText.From(new QueueSettings(null, limits)));

    public IReadOnlyList<Blocker> Explain(RunId run)
    {
        var found = Read(run);
        return Explain(new PendingRun
        {
            Request = new NewRun
            {
                Id = run,
                Tenant = found.Tenant,
                Handler = found.Handler,
                Queue = found.Queue,
                Job = found.Job,
                Priority = found.Priority,
                DueAt = found.DueAt,
                EnqueuedAt = found.EnqueuedAt,
                Options = found.Options,
            },
            State = found.State,
            Losses = found.Losses,
        });
    }

    public IReadOnlyList<Blocker> Explain(PendingRun run) => Get(() => Host.ExplainAsync(run, CancellationToken.None).AsTask());

    public void Dispose() => _provider?.Dispose();

    private sealed class JobHostRecorder : IJobHost
    {
        public List<JobKey> Finished { get; } = [];

        public void OnRunFinished(JobKey job) => Finished.Add(job);

        public void HintDue(JobKey job, DateTimeOffset at)
        {
        }
    }
}
