using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Cluster.Limits;
using Silos.Cluster.Nodes;
using Silos.Cluster.Workers;
using Silos.Engine;
using Silos.Engine.Duties;
using Silos.Engine.Queues;
using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Queues;

/// <summary>The partitions that live on this silo at the moment, and the duties they share.</summary>
internal sealed partial class PartitionBoard : IDisposable
{
    private static readonly TimeSpan HandOverPatience = TimeSpan.FromSeconds(10);

    private readonly PartitionServices _services;
    private readonly PartitionSet _partitions = new();
    private readonly AttemptRoutes _routes;
    private readonly SettingsKeeper _settings;
    private readonly EndedRuns _ended;
    private readonly InboxAdopter _inbox;
    private readonly LeaseKeeper _leases;
    private readonly LimitKeeper _permits;
    private readonly LimitFence _fence;
    private readonly ILogger<PartitionBoard> _logger;

    public PartitionBoard(
        IOptions<EngineOptions> options,
        ISilosStore store,
        [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
        EngineScheduler scheduler,
        HandlerRegistry handlers,
        Worker worker,
        AttemptRoutes routes,
        WorkerDirectory workers,
        HandlerGates gates,
        Isolation isolation,
        StoreProbe probe,
        IGrainFactory grains,
        Lazy<IJobHost> jobs,
        StoreWatch watch,
        RunTallies tallies,
        ILoggerFactory loggers)
    {
        _routes = routes;
        _logger = loggers.CreateLogger<PartitionBoard>();
        Limits = new ClusterLimits(grains, gates, workers, _partitions.Find, scheduler, clock, loggers.CreateLogger<ClusterLimits>());
        _permits = new LimitKeeper(Limits, clock, scheduler, watch, loggers.CreateLogger<LimitKeeper>());
        _fence = new LimitFence(isolation, AttemptsHere, probe, clock, scheduler, watch, loggers.CreateLogger<LimitFence>());
        _services = new PartitionServices
        {
            Options = options.Value,
            Store = store,
            Clock = clock,
            Scheduler = scheduler,
            Handlers = handlers,
            Worker = worker,
            Watch = watch,
            LimitsOf = Limits.Attach,
            Waiters = new RunWaiters(store.Reader, clock, _ended = new EndedRuns(clock)),
            Tallies = tallies,
            Logger = loggers.CreateLogger<QueuePartition>(),
            Remote = workers,
            OwnerOf = routes.Of,
            Exclusive = false,
            OnRunFinished = job => jobs.Value.OnRunFinished(job),
        };
        _settings = new SettingsKeeper(_services, _partitions, loggers.CreateLogger<SettingsKeeper>());
        _inbox = new InboxAdopter(_services, _partitions, loggers.CreateLogger<InboxAdopter>());
        _leases = new LeaseKeeper(_services, _partitions, loggers.CreateLogger<LeaseKeeper>());
        workers.Changed += LookAgain;
        workers.Gone += worker => Array.ForEach(_partitions.All, partition => partition.OnWorkerGone(worker));
    }

    /// <summary>Gets the limits over all silos.</summary>
    public ClusterLimits Limits { get; }

    /// <summary>Gets the partitions that live here.</summary>
    public QueuePartition[] All => _partitions.All;

    /// <summary>Gets or sets whether the silo is stopping or drained: nothing more is started here.</summary>
    public bool Draining
    {
        get => _services.Draining;
        set => _services.Draining = value;
    }

    /// <summary>Finds a partition that lives here; null if it does not.</summary>
    public QueuePartition? Find(int number) => _partitions.Find(number);

    /// <summary>Begins the duties.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _settings.LoadAsync(cancellationToken);
        if (_services.Store is IInboxNotifications notifications)
        {
            notifications.InboxChanged += _ => HintInbox();
        }

        _inbox.Start(atOnce: true);
        _leases.Start(atOnce: false);
        _permits.Start(atOnce: false);
        _fence.Start(atOnce: false);
    }

    /// <summary>Ends the duties; after every partition was given up.</summary>
    public async Task StopAsync()
    {
        await _inbox.StopAsync();
        await _leases.StopAsync();
        await _permits.StopAsync();
        await _fence.StopAsync();
        await _settings.StopAsync();
    }

    /// <summary>A partition begins to live here: it takes its epoch as soon as the last owner's lease is over.</summary>
    public QueuePartition Attach(int number)
    {
        var partition = new QueuePartition(number, _services);
        _routes.Of(number).Attach(partition);
        _partitions.Add(partition);
        partition.Open();
        return partition;
    }

    /// <summary>A partition stops to live here: nothing more is started, what has ended is written, its lease is released. Its attempts go on.</summary>
    public async Task DetachAsync(QueuePartition partition, CancellationToken cancellationToken)
    {
        try
        {
            await partition.LeaveAsync().WaitAsync(HandOverPatience, _services.Clock, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            LogNotSettled(partition.Number);
        }

        _routes.Of(partition.Number).Detach(partition);
        _partitions.Remove(partition);
        Limits.Detach(partition);
        var owner = partition.Owner;
        partition.Dispose();
        if (owner.Epoch == 0)
        {
            return;
        }

        try
        {
            await _services.Store.Runs.ReleaseAsync([owner], CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogNotReleased(partition.Number, exception.Message);
        }
    }

    /// <summary>Says that runs that could not start may be able to now: workers or slots came.</summary>
    public void LookAgain() => Array.ForEach(_partitions.All, static partition => partition.Tell(News.Workers));

    /// <summary>Says that the inbox has something.</summary>
    public void HintInbox() => _inbox.Hint();

    /// <summary>Settings changed; completes when the partitions here obey them.</summary>
    public Task SettingsChangedAsync() => _settings.ChangedAsync();

    /// <summary>Finds a run that completed here a moment ago and was deleted, or null.</summary>
    public Run? FindEnded(TenantId tenant, RunId run) => _ended.Find(tenant, run);

    /// <summary>Waits a short time for the end of a run whose partition lives here.</summary>
    public async Task<Run?> WaitAsync(WaitMessage message)
    {
        using var patience = new CancellationTokenSource(message.Patience, _services.Clock);
        try
        {
            return await _services.Waiters.WaitAsync(message.Tenant, message.Run, null, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _inbox.Dispose();
        _leases.Dispose();
        _permits.Dispose();
        _fence.Dispose();
        _settings.Stop();
    }

    private IEnumerable<AttemptContext> AttemptsHere() =>
        _partitions.All.SelectMany(partition => partition.Attempts()).OfType<AttemptContext>().Concat(_routes.Away());

    [LoggerMessage(LogLevel.Warning, "Partition {Partition} is handed over before everything that ended was written; the next owner asks for it")]
    private partial void LogNotSettled(int partition);

    [LoggerMessage(LogLevel.Warning, "The lease of partition {Partition} could not be released ({Problem}); the next owner waits until it ends")]
    private partial void LogNotReleased(int partition, string problem);
}
