using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Cluster.Workers;
using Silos.Engine;
using Silos.Engine.Duties;
using Silos.Engine.Queues;
using Silos.Queues;

namespace Silos.Cluster.Queues;

/// <summary>Keeps every partition alive where it belongs: touches all of them every few seconds and when silos come or go, and moves away what belongs elsewhere.</summary>
internal sealed partial class PartitionKeeper(
    IGrainFactory grains,
    PartitionBoard board,
    WorkerKeeper nodes,
    ILocalSiloDetails local,
    IOptions<EngineOptions> options,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<PartitionKeeper> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>How long calls to partitions are waited for: while silos come and go, one may be on its way to a silo that has gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ILogger<PartitionKeeper> _logger = logger;
    private readonly TimeProvider _clock = clock;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(3);

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var silos = nodes.Schedulers();
        if (silos.Count == 0)
        {
            return false;
        }

        var owners = PartitionSpread.Of(silos);
        var touched = new List<Task>(Partitions.Count);
        for (var number = 0; number < owners.Length; number++)
        {
            var isHere = board.Find(number) is not null;
            var belongsHere = owners[number].Equals(local.SiloAddress);
            if (isHere && !belongsHere)
            {
                touched.Add(grains.GetGrain<IQueuePartitionGrain>(number).MoveAsync());
            }
            else if (!isHere || belongsHere)
            {
                touched.Add(grains.GetGrain<IQueuePartitionGrain>(number).TouchAsync());
            }
        }

        // A call that is lost between silos that come and go ends after half a minute: the others are not to wait for it.
        var touching = Task.WhenAll(touched);
        touching.Ignore();
        try
        {
            await touching.WaitAsync(Patience, _clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogSlow(touched.Count(task => !task.IsCompleted));
        }

        return false;
    }

    /// <summary>Gives every partition of this silo up, and wakes them elsewhere. The last silo keeps them: its attempts still report to them.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Roles.HasFlag(SilosRoles.Scheduler))
        {
            return;
        }

        using var patience = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await Task.WhenAll(board.All.Select(partition => MoveAsync(partition, either.Token, cancellationToken)));
    }

    private async Task MoveAsync(QueuePartition partition, CancellationToken patience, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IQueuePartitionGrain>(partition.Number);
        try
        {
            if (nodes.Schedulers().Count == 0)
            {
                return;
            }

            await grain.MoveAsync().WaitAsync(patience);
            while (board.Find(partition.Number) == partition)
            {
                await Task.Delay(Look, _clock, patience);
            }

            // Placed anew, and not here: this silo is leaving.
            await grain.TouchAsync().WaitAsync(patience);
        }
        catch (Exception exception)
        {
            // Somebody else touches it within seconds.
            LogNotMoved(partition.Number, exception.Message);
            if (board.Find(partition.Number) == partition && nodes.Schedulers().Count > 0)
            {
                await board.DetachAsync(partition, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Partitions} partitions have not answered; they are asked again")]
    private partial void LogSlow(int partitions);

    [LoggerMessage(LogLevel.Information, "Partition {Partition} was not moved in peace ({Problem}); another silo takes it over")]
    private partial void LogNotMoved(int partition, string problem);
}
