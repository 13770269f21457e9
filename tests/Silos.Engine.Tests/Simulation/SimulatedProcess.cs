using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Jobs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Engine.Tests.Simulation;

/// <summary>One process: the whole engine with a scheduler of its own, so that it can stand still, or end between any two steps.</summary>
internal sealed class SimulatedProcess
{
    private readonly DeterministicScheduler _scheduler;
    private readonly ServiceProvider _provider;
    private Task _starting = Task.CompletedTask;
    private Task? _stopping;

    public SimulatedProcess(SimulatedWorld world, string name, int seed)
    {
        Name = name;
        _scheduler = new DeterministicScheduler(seed);
        Clock = new ProcessClock(world.Clock, TimeSpan.FromMilliseconds(world.Chance(0.3) ? world.Draw(-2_000, 2_000) : 0), this);
        Store = new InMemoryStore(world.Database, new ProcessFaults(world, this));
        var window = world.Chance(0.3) ? 10 : 5_000;
        var services = new ServiceCollection();
        services.AddKeyedSingleton<TimeProvider>(SilosClock.Key, Clock);
        services.AddSingleton(new EngineScheduler { TaskScheduler = _scheduler, Draw = _scheduler.Draw });
        services.AddSingleton<ISilosStore>(Store);
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSilos(silos => world.Handlers.Register(
            silos.Configure(options =>
            {
                options.WorkerName = name;
                options.DefaultRetry = new RetryPolicy { MaxInterval = TimeSpan.FromSeconds(5) };
                options.DefaultTimeout = TimeSpan.FromSeconds(4);
                options.DrainTimeout = TimeSpan.FromSeconds(2);
                options.CancelGrace = TimeSpan.FromSeconds(1);
                options.LeaseDuration = TimeSpan.FromSeconds(20);
                options.RetentionInterval = TimeSpan.FromSeconds(20);
                options.QueueWindow = window;
                options.PartitionWindow = window * 2;
            }),
            this));
        services.Configure<AlarmOptions>(static options => options.Enabled = false);
        _provider = services.BuildServiceProvider();
    }

    public string Name { get; }

    public ProcessClock Clock { get; }

    public InMemoryStore Store { get; }

    public ISilosClient Client => _provider.GetRequiredService<ISilosClient>();

    /// <summary>Gets or sets the call of the store at which it crashes; null for none.</summary>
    public string? CrashAt { get; set; }

    /// <summary>Gets or sets whether it crashes after the work of <see cref="CrashAt"/> was done rather than before.</summary>
    public bool CrashesAfter { get; set; }

    /// <summary>Gets whether it has ended; nothing of it runs any more.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Gets or sets whether it stands still, as after SIGSTOP.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Gets whether it takes calls.</summary>
    public bool IsUp => !IsDead && !IsFrozen && _stopping is null && _starting.IsCompletedSuccessfully;

    public void Start() => _starting = Run(() => _provider.GetRequiredService<SilosHost>().StartAsync(CancellationToken.None));

    public void Stop() => _stopping = Run(() => _provider.GetRequiredService<SilosHost>().StopAsync(CancellationToken.None));

    public Task Run(Func<Task> work) => _scheduler.Run(work);

    /// <summary>Ends it as <c>kill -9</c> would.</summary>
    public void Kill()
    {
        IsDead = true;
        Store.Kill();
    }

    /// <summary>Takes its hold on the database away, as when its connection breaks while it does not notice.</summary>
    public void LoseHold() => Store.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Does one step; false if there is none to do.</summary>
    public bool Step()
    {
        if (IsDead || IsFrozen || !_scheduler.RunOne())
        {
            return false;
        }

        if (_starting.IsFaulted || _stopping?.IsCompleted == true)
        {
            // A process that cannot start, or has stopped, exits.
            Kill();
            Rethrow(_starting);
            Rethrow(_stopping);
        }

        return true;
    }

    private static void Rethrow(Task? task)
    {
        if (task?.Exception?.InnerException is { } exception and not (SilosException or StoreFaultException))
        {
            throw new SimulationException($"A process may not start or stop like this: {exception}");
        }
    }
}
