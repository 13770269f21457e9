using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Cluster.Nodes;
using Silos.Cluster.Workers;
using Silos.Engine;
using Silos.Engine.Queues;
using Silos.Engine.Workers;
using Silos.Grains;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Queues;

/// <summary>The queues of the cluster as one silo sees them: partitions that live here are called directly, others by their grain.</summary>
internal sealed partial class ClusterQueueHost(
    IOptions<EngineOptions> options,
    ISilosStore store,
    IGrainFactory grains,
    PartitionBoard board,
    PartitionKeeper keeper,
    WorkerKeeper workers,
    NodeClient others,
    LocalWorker node,
    AttemptRoutes routes,
    Worker worker,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    ILogger<ClusterQueueHost> logger) : IQueueHost, IQueueStartup
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(750)];
    private static readonly TimeSpan Listen = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(50);

    private readonly ILogger<ClusterQueueHost> _logger = logger;
    private readonly SharedCalls<EnqueueMessage, EnqueueAnswer>[] _lanes = [.. Enumerable.Range(0, Partitions.Count).Select(partition => EnqueueLane.To(grains, partition))];
    private volatile bool _started;
    private volatile bool _stopping;

    /// <inheritdoc/>
    public bool IsOpen => _started && !node.Draining;

    /// <inheritdoc/>
    public bool IsDraining => node.Draining;

    /// <inheritdoc/>
    public IReadOnlyList<QueuePartition> Hosted => board.All;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await board.StartAsync(cancellationToken);
        await workers.RunOnceAsync(cancellationToken);
        workers.Start(atOnce: false);
        keeper.Start(atOnce: true);
        _started = true;
    }

    /// <inheritdoc/>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        node.Draining = true;
        board.Draining = true;
        await workers.TellAsync(cancellationToken);

        // It moves away what belongs elsewhere, which is everything, if there is an elsewhere.
        keeper.Hint();
    }

    /// <inheritdoc/>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (_stopping)
        {
            throw new ConflictException("This silo is stopping.", "stopping");
        }

        node.Draining = false;
        board.Draining = false;
        await workers.TellAsync(cancellationToken);
        board.LookAgain();
        keeper.Hint();
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started || _stopping)
        {
            return;
        }

        // Everybody hears first that this silo takes nothing more, so that the partitions go elsewhere.
        _stopping = true;
        node.Draining = true;
        board.Draining = true;
        await workers.TellAsync(cancellationToken);
        await keeper.StopAsync();
        await keeper.LeaveAsync(cancellationToken);
        await WaitOutAsync(cancellationToken);
        await workers.StopAsync();
        await board.StopAsync();
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

        if (Partitions.OfAll(runs) is { } partition)
        {
            for (var tries = 0; tries <= Pauses.Length; tries++)
            {
                if (await TryEnqueueAsync(partition, runs, mayRepeat || tries > 0, cancellationToken) is { } outcomes)
                {
                    return outcomes;
                }

                if (tries < Pauses.Length)
                {
                    await Task.Delay(Pauses[tries], clock, cancellationToken);
                }
            }
        }

        // Runs of several partitions are stored in one transaction; and while an owner changes, the inbox takes what comes.
        return await PostAsync(runs, cancellationToken);
    }

    /// <inheritdoc/>
    public void HintInbox(int partition)
    {
        if (board.Find(partition) is not null)
        {
            board.HintInbox();
        }
        else
        {
            Grain(partition).HintInboxAsync().Ignore();
        }
    }

    /// <inheritdoc/>
    public void HintCancel(QueueKey queue, RunId run) => Grain(Partitions.Of(queue)).HintCancelAsync().Ignore();

    /// <inheritdoc/>
    public Task SettingsChangedAsync() =>
        Task.WhenAll(board.SettingsChangedAsync(), others.SettingsChangedAsync(CancellationToken.None));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Blocker>> ExplainAsync(PendingRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            return (await Grain(Partitions.Of(run.Queue)).ExplainAsync(run).WaitAsync(cancellationToken)).Blockers;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return [new Blocker("no_scheduler", $"The silo that owns the queue does not answer ({exception.Message}); another one takes it over within seconds.")];
        }
    }

    /// <inheritdoc/>
    public Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        WaitAsync(tenant, run, asked: false, cancellationToken);

    /// <inheritdoc/>
    public async Task<Run> AskAndWaitAsync(TenantId tenant, RunId run, Func<Task>? ask, CancellationToken cancellationToken)
    {
        if (ask is not null)
        {
            await ask();
        }

        return await WaitAsync(tenant, run, asked: ask is not null, cancellationToken);
    }

    private async Task<Run> WaitAsync(TenantId tenant, RunId run, bool asked, CancellationToken cancellationToken)
    {
        Run? seen = null;
        while (true)
        {
            var found = (await store.Reader.FindAsync(tenant, run, cancellationToken))?.Run;
            if (found is null)
            {
                // A run that was there and is not any more was deleted because it completed; its owner remembers it for a moment.
                return await RememberedAsync(tenant, run, cancellationToken) is { } remembered ? remembered
                    : asked || seen is not null ? Completed(seen, tenant, run) : throw new NotFoundException("run", run.ToString());
            }

            if (found.State.IsFinal())
            {
                return found;
            }

            // No call lasts longer than a moment: owners change.
            seen = found;
            var queue = new QueueKey(tenant, found.Queue);
            if (await ListenAsync(queue, new WaitMessage(tenant, run, Listen), cancellationToken) is { } ended)
            {
                return ended;
            }
        }
    }

    private async Task<Run?> RememberedAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        if (await FindAsync() is { } ended)
        {
            return ended;
        }

        // An owner deletes first and remembers then.
        await Task.Delay(Pauses[0], clock, cancellationToken);
        return await FindAsync();

        async Task<Run?> FindAsync() => board.FindEnded(tenant, run) ?? await others.FindEndedAsync(tenant, run, cancellationToken);
    }

    private Run Completed(Run? seen, TenantId tenant, RunId run)
    {
        var now = clock.Now();
        seen ??= new Run
        {
            Id = run,
            Tenant = tenant,
            Handler = string.Empty,
            Queue = QueueName.Default,
            State = RunState.Completed,
            DueAt = now,
            EnqueuedAt = now,
        };
        return seen with { State = RunState.Completed, EndedAt = now };
    }

    private async Task<Run?> ListenAsync(QueueKey queue, WaitMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await Grain(Partitions.Of(queue)).WaitAsync(message).WaitAsync(cancellationToken);
        }
        catch (NotFoundException)
        {
            // It was deleted when it completed, between two looks.
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogSilent(Partitions.Of(queue), exception.Message);
            await Task.Delay(TimeSpan.FromMilliseconds(250), clock, cancellationToken);
            return null;
        }
    }

    private async Task<IReadOnlyList<EnqueueOutcome>?> TryEnqueueAsync(
        int partition, IReadOnlyList<NewRun> runs, bool mayRepeat, CancellationToken cancellationToken)
    {
        try
        {
            if (board.Find(partition) is { IsOpen: true } here)
            {
                return await here.EnqueueAsync(runs, mayRepeat, cancellationToken);
            }

            var answer = await _lanes[partition].SendAsync(new EnqueueMessage(runs, mayRepeat)).WaitAsync(cancellationToken);
            if (answer.Error is { } error)
            {
                throw error.ToException();
            }

            if (answer.Outcomes is null)
            {
                LogSilent(partition, answer.Problem ?? string.Empty);
            }

            return answer.Outcomes;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or InvalidException or ConflictException))
        {
            LogSilent(partition, exception.Message);
            return null;
        }
    }

    private async Task<IReadOnlyList<EnqueueOutcome>> PostAsync(IReadOnlyList<NewRun> runs, CancellationToken cancellationToken)
    {
        try
        {
            var outcomes = await store.Runs.PostAsync(runs, cancellationToken);
            foreach (var partition in runs.Select(run => run.Partition).Distinct())
            {
                HintInbox(partition);
            }

            return outcomes;
        }
        catch (Exception exception) when (exception is not (SilosException or OperationCanceledException))
        {
            throw new UnavailableException(
                "The store is away; nothing was stored, or it is safe to repeat the call with the same id.", exception);
        }
    }

    /// <summary>Waits for the attempts under way; what is left after that is handed back.</summary>
    private async Task WaitOutAsync(CancellationToken cancellationToken)
    {
        await WaitForAsync(() => worker.Running == 0, options.Value.DrainTimeout, cancellationToken);
        var rest = routes.Away().Where(attempt => !attempt.IsOver).ToList();
        if (rest.Count > 0)
        {
            LogHandsBack(rest.Count);
            rest.ForEach(attempt => attempt.RequestStop(StopReason.ProcessStopping, request: null));
            await WaitForAsync(() => rest.TrueForAll(attempt => attempt.IsOver), options.Value.CancelGrace, cancellationToken);
            rest.ForEach(attempt => attempt.Abandon());
        }

        await WaitForAsync(() => routes.IsQuiet, options.Value.CancelGrace, cancellationToken);
    }

    private async Task WaitForAsync(Func<bool> done, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (!done() && !cancellationToken.IsCancellationRequested && clock.GetElapsedTime(began) < patience)
        {
            await Task.Delay(DrainLook, clock, CancellationToken.None);
        }
    }

    private IQueuePartitionGrain Grain(int partition) => grains.GetGrain<IQueuePartitionGrain>(partition);

    [LoggerMessage(LogLevel.Debug, "The owner of partition {Partition} did not answer: {Problem}")]
    private partial void LogSilent(int partition, string problem);

    [LoggerMessage(LogLevel.Information, "Stopping: {Runs} runs are still executing; they are cancelled and handed back without burning an attempt")]
    private partial void LogHandsBack(int runs);
}
