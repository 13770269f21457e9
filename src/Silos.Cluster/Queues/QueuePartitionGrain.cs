using Orleans.Concurrency;
using Silos.Cluster.Limits;
using Silos.Cluster.Workers;
using Silos.Engine.Queues;
using Silos.Grains;
using Silos.Runs;

namespace Silos.Cluster.Queues;

/// <summary>Hosts a <see cref="QueuePartition"/>: single activation makes it the one owner in peace, lease and epoch make it the one owner in any case.</summary>
[Reentrant, KeepAlive, PartitionPlacement]
internal sealed class QueuePartitionGrain(PartitionBoard board, WorkerDirectory workers) : Grain, IQueuePartitionGrain
{
    private QueuePartition? _partition;

    private QueuePartition Partition =>
        _partition ?? throw new UnavailableException($"Partition {this.GetPrimaryKeyLong()} is moving to another silo; repeat the call.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _partition = board.Attach((int)this.GetPrimaryKeyLong());
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_partition is { } partition)
        {
            _partition = null;
            await board.DetachAsync(partition, cancellationToken);
        }
    }

    public Task TouchAsync()
    {
        // A board that was stopped hosts nothing: then the activation is a leftover.
        if (_partition is null || board.Find(_partition.Number) != _partition)
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    public Task MoveAsync()
    {
        // Not just deactivated: silos that remember where it was would wake it there again.
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<EnqueueAnswer> EnqueueAsync(EnqueueMessage message)
    {
        try
        {
            return new EnqueueAnswer(await Partition.EnqueueAsync(message.Runs, message.MayRepeat, CancellationToken.None), null);
        }
        catch (UnavailableException exception)
        {
            return new EnqueueAnswer(null, exception.Message);
        }
    }

    public async Task<EnqueueAnswers> EnqueueEachAsync(EnqueueMessages messages)
    {
        // All are with the partition before the first is awaited, so that one commit can take them.
        return new EnqueueAnswers(await Task.WhenAll(messages.Messages.Select(AnswerAsync)));

        async Task<EnqueueAnswer> AnswerAsync(EnqueueMessage message)
        {
            try
            {
                return await EnqueueAsync(message);
            }
            catch (SilosException exception)
            {
                return new EnqueueAnswer(null, null) { Error = ReplyError.From(exception) };
            }
        }
    }

    public Task HintInboxAsync()
    {
        board.HintInbox();
        return Task.CompletedTask;
    }

    public Task HintCancelAsync()
    {
        board.HintInbox();
        _partition?.Tell(News.Cancels);
        return Task.CompletedTask;
    }

    public Task ReportAsync(ReportMessage message)
    {
        var partition = Partition;
        if (!partition.IsOpen)
        {
            // Until it is open it does not know its attempts.
            throw new UnavailableException($"Partition {partition.Number} is being opened; repeat the report.");
        }

        workers.Freed(message.Worker, message.Reports.Count);
        partition.OnReported(message.Reports);
        return Task.CompletedTask;
    }

    public Task<PermitAnswer?> PermitsAsync(PermitReport report) => Task.FromResult(board.Limits.Receive(report));

    public Task<PermitReport?> AskPermitsAsync(int home, long homeEpoch) =>
        Task.FromResult(board.Limits.Report((int)this.GetPrimaryKeyLong(), home, homeEpoch));

    public Task GrantAsync(PermitAnswer answer)
    {
        board.Limits.Granted(answer);
        return Task.CompletedTask;
    }

    public Task<PermitCount> CountPermitsAsync(GateKey gate) => Task.FromResult(new PermitCount(board.Limits.CountHere(gate)));

    public async Task<BlockersAnswer> ExplainAsync(PendingRun run)
    {
        var partition = Partition;
        await board.Limits.CountAsync(partition, run.Request);
        return new BlockersAnswer(partition.Explain(run));
    }

    public Task<Run?> WaitAsync(WaitMessage message) => board.WaitAsync(message);
}
