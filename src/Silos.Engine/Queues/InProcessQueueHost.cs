using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Engine.Duties;
using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Queues;

/// <summary>All partitions in one process. Without the role <c>scheduler</c> it owns none: what is asked for goes to the inbox.</summary>
internal sealed partial class InProcessQueueHost : IQueueHost, IQueueStartup, IDisposable
{
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(50);

    private readonly PartitionServices _services;
    private readonly IServiceProvider _provider;
    private readonly ILogger<InProcessQueueHost> _logger;
    private readonly QueuePartition[] _partitions;
    private readonly SettingsKeeper _settings;
    private readonly InboxAdopter _inbox;
    private readonly LeaseKeeper _leases;
    private readonly bool _owns;
    private IJobHost? _jobs;
    private bool _started;
    private volatile bool _stopping;
    private bool _stopped;

    public InProcessQueueHost(
        IOptions<EngineOptions> options,
        ISilosStore store,
        [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
        EngineScheduler scheduler,
        HandlerRegistry handlers,
        Worker worker,
        StoreWatch watch,
        RunTallies tallies,
        IServiceProvider provider,
        ILoggerFactory loggers)
    {
        _provider = provider;
        _logger = loggers.CreateLogger<InProcessQueueHost>();
        _owns = options.Value.Roles.HasFlag(SilosRoles.Scheduler);
        var limits = new LimitLedger();
        _services = new PartitionServices
        {
            Options = options.Value,
            Store = store,
            Clock = clock,
            Scheduler = scheduler,
            Handlers = handlers,
            Worker = worker,
            Watch = watch,
            LimitsOf = partition => new LedgerLimits(limits, partition),
            Waiters = new RunWaiters(store.Reader, clock),
            Tallies = tallies,
            Logger = loggers.CreateLogger<QueuePartition>(),
            OnRunFinished = job => _jobs?.OnRunFinished(job),
        };
        _partitions = [.. Enumerable.Range(0, Partitions.Count).Select(number => new QueuePartition(number, _services))];
        var owned = new PartitionSet();
        if (_owns)
        {
            Array.ForEach(_partitions, owned.Add);
        }

        _settings = new SettingsKeeper(_services, owned, loggers.CreateLogger<SettingsKeeper>());
        _inbox = new InboxAdopter(_services, owned, loggers.CreateLogger<InboxAdopter>());
        _leases = new LeaseKeeper(_services, owned, loggers.CreateLogger<LeaseKeeper>());
    }

    /// <inheritdoc/>
    public bool IsOpen => _owns && _started && !_stopped && Array.TrueForAll(_partitions, partition => partition.IsOpen);

    /// <inheritdoc/>
    public bool IsDraining => _services.Draining;

    /// <inheritdoc/>
    public IReadOnlyList<QueuePartition> Hosted => _owns ? _partitions : [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _jobs = _provider.GetService<IJobHost>();
        await _settings.LoadAsync(cancellationToken);
        _started = true;
        if (!_owns)
        {
            return;
        }

        foreach (var partition in _partitions)
        {
            partition.Open();
        }

        foreach (var partition in _partitions)
        {
            await partition.QuietAsync().WaitAsync(cancellationToken);
        }

        if (_services.Store is IInboxNotifications notifications)
        {
            notifications.InboxChanged += HintInbox;
        }

        _inbox.Start(atOnce: true);
        _leases.Start(atOnce: false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<EnqueueOutcome>> EnqueueAsync(
        IReadOnlyList<NewRun> runs, bool mayRepeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            return [];
        }

        if (_owns && _started && !_stopped && Partitions.OfAll(runs) is { } partition)
        {
            return await _partitions[partition].EnqueueAsync(runs, mayRepeat, cancellationToken);
        }

        // Runs of several partitions are stored in one transaction all the same: through the inbox.
        IReadOnlyList<EnqueueOutcome> outcomes;
        try
        {
            outcomes = await _services.Store.Runs.PostAsync(runs, cancellationToken);
        }
        catch (Exception exception) when (exception is not (SilosException or OperationCanceledException))
        {
            throw new UnavailableException(
                "The store is away; nothing was stored, or it is safe to repeat the call with the same id.", exception);
        }

        _inbox.Hint();
        return outcomes;
    }

    /// <inheritdoc/>
    public void HintInbox(int partition) => _inbox.Hint();

    /// <inheritdoc/>
    public void HintCancel(QueueKey queue, RunId run)
    {
        // A run in the inbox is found by its adoption.
        _inbox.Hint();
        if (_owns && _started)
        {
            _partitions[Partitions.Of(queue)].Tell(News.Cancels);
        }
    }

    /// <inheritdoc/>
    public Task SettingsChangedAsync() => _settings.ChangedAsync();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Blocker>> ExplainAsync(PendingRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return ValueTask.FromResult<IReadOnlyList<Blocker>>(_owns
            ? _partitions[Partitions.Of(run.Queue)].Explain(run)
            : [new Blocker("no_scheduler", $"This process has no role 'scheduler' ({EngineOptions.Section}:{nameof(EngineOptions.Roles)}); ask the one that has it.")]);
    }

    /// <inheritdoc/>
    public Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        AskAndWaitAsync(tenant, run, null, cancellationToken);

    /// <inheritdoc/>
    public Task<Run> AskAndWaitAsync(TenantId tenant, RunId run, Func<Task>? ask, CancellationToken cancellationToken) =>
        _services.Waiters.WaitAsync(tenant, run, ask, cancellationToken);

    /// <summary>Tells whether an attempt is under way in this process.</summary>
    public bool IsRunning(RunId run) => Array.Exists(_partitions, partition => partition.IsRunning(run));

    /// <summary>Lets go of everything at once. What was not stopped before is found again by the next start, as after a crash.</summary>
    public void Dispose()
    {
        _stopped = true;
        _settings.Stop();
        _inbox.Dispose();
        _leases.Dispose();
        foreach (var partition in _partitions)
        {
            partition.Dispose();
        }
    }

    [LoggerMessage(LogLevel.Information, "Stopping: {Runs} runs are still executing; they are cancelled and handed back without burning an attempt")]
    private partial void LogHandsBack(int runs);

    [LoggerMessage(LogLevel.Warning, "The leases could not be released; the next owner waits until they end")]
    private partial void LogNotReleased(Exception exception);
}
