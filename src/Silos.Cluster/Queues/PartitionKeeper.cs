using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Cluster.Workers;
using Silos.Engine;
using Silos.Engine.Duties;
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

        await Task.WhenAll(touched).WaitAsync(cancellationToken);
        return false;
    }

    /// <summary>Gives every partition of this silo up, and wakes them elsewhere.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Roles.HasFlag(SilosRoles.Scheduler))
        {
            return;
        }

        await Task.WhenAll(board.All.Select(partition => MoveAsync(partition.Number, cancellationToken)));
    }

    private async Task MoveAsync(int number, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IQueuePartitionGrain>(number);
        try
        {
            await grain.MoveAsync().WaitAsync(cancellationToken);
            while (board.Find(number) is not null)
            {
                await Task.Delay(Look, _clock, cancellationToken);
            }

            // Placed anew, and not here: this silo is leaving.
            await grain.TouchAsync().WaitAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            // Somebody else touches it within seconds.
            LogNotMoved(number, exception.Message);
            if (board.Find(number) is { } partition)
            {
                await board.DetachAsync(partition, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Partition {Partition} was not moved in peace ({Problem}); another silo takes it over")]
    private partial void LogNotMoved(int partition, string problem);
}
