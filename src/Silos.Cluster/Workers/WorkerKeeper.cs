using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Cluster.Queues;
using Silos.Engine;
using Silos.Engine.Duties;

namespace Silos.Cluster.Workers;

/// <summary>Asks the other silos every second how they are, and hears at once from the membership when one comes or goes.</summary>
internal sealed class WorkerKeeper(
    ISiloStatusOracle membership,
    ILocalSiloDetails local,
    Lazy<WorkerServiceClient> services,
    WorkerDirectory workers,
    Lazy<PartitionKeeper> partitions,
    LocalWorker node,
    Isolation isolation,
    IOptions<EngineOptions> options,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<WorkerKeeper> logger) : BackgroundDuty(clock, scheduler, watch, logger), ISiloStatusListener
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _clock = clock;
    private readonly Dictionary<SiloAddress, bool> _schedules = [];
    private readonly Lock _lock = new();
    private bool _subscribed;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    /// <summary>Gets the silos that own partitions and stay, this one included if it does.</summary>
    public IReadOnlyCollection<SiloAddress> Schedulers()
    {
        var silos = new List<SiloAddress>();
        lock (_lock)
        {
            foreach (var silo in Active())
            {
                if (_schedules.GetValueOrDefault(silo) && !workers.IsLeaving(silo))
                {
                    silos.Add(silo);
                }
            }
        }

        if (options.Value.Roles.HasFlag(SilosRoles.Scheduler) && !node.Draining)
        {
            silos.Add(local.SiloAddress);
        }

        return silos;
    }

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!_subscribed)
        {
            _subscribed = membership.SubscribeToSiloStatusEvents(this);
        }

        var others = Active();
        if (others.Length == 0)
        {
            // Nobody is left who could give this silo up.
            isolation.Heard(isolation.Mark());
        }

        await Task.WhenAll(others.Select(silo => AskAsync(silo, cancellationToken)));
        return false;
    }

    /// <summary>Tells the others what changed here, by making them ask.</summary>
    public Task TellAsync(CancellationToken cancellationToken) =>
        EachAsync(service => service.HeardAsync(local.SiloAddress.ToParsableString(), node.Facts()), cancellationToken);

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (updatedSilo.Equals(local.SiloAddress))
        {
            return;
        }

        if (status == SiloStatus.Dead)
        {
            lock (_lock)
            {
                _schedules.Remove(updatedSilo);
            }

            workers.Remove(updatedSilo);
        }

        Hint();
        partitions.Value.Hint();
    }

    /// <summary>Takes in what a silo says about itself.</summary>
    public void Heard(SiloAddress silo, WorkerFacts facts)
    {
        bool changed;
        lock (_lock)
        {
            changed = !_schedules.TryGetValue(silo, out var known) || known != facts.Schedules || facts.Draining != workers.IsLeaving(silo);
            _schedules[silo] = facts.Schedules;
        }

        workers.Update(silo, facts);
        if (changed)
        {
            partitions.Value.Hint();
        }
    }

    private SiloAddress[] Active() =>
        [.. membership.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(local.SiloAddress))];

    private async Task AskAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        var mark = isolation.Mark();
        try
        {
            Heard(silo, await services.Value.Of(silo).FactsAsync().WaitAsync(Patience, _clock, cancellationToken));
            isolation.Heard(mark);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It is asked again in a second; whether it is alive is the membership's question.
            return;
        }
    }

    private async Task EachAsync(Func<IWorkerService, Task> tell, CancellationToken cancellationToken)
    {
        foreach (var task in Active().Select(silo => tell(services.Value.Of(silo)).WaitAsync(Patience, _clock, cancellationToken)).ToList())
        {
            try
            {
                await task;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // It hears of it when it asks or looks by itself.
                continue;
            }
        }
    }
}
