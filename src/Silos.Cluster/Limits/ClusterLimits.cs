using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Silos.Cluster.Queues;
using Silos.Cluster.Workers;
using Silos.Engine;
using Silos.Engine.Queues;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Cluster.Limits;

/// <summary>
/// The limits of jobs and concurrency keys over all silos. A limit has a home, a partition found by its hash, and whoever owns that
/// partition lends the permits: what makes one owner of a partition makes one owner of a limit. Permits are lent to partitions, not to
/// silos: they stay with the attempts that use them when a partition moves, and stay taken until its next owner says what is left.
/// </summary>
/// <remarks>
/// An attempt begins only in a commit under its partition's epoch, so an owner that was overtaken starts nothing with what it still has.
/// No lock is held while another silo is asked.
/// </remarks>
internal sealed partial class ClusterLimits(
    IGrainFactory grains,
    HandlerGates handlers,
    WorkerDirectory workers,
    Func<int, QueuePartition?> find,
    EngineScheduler scheduler,
    TimeProvider clock,
    ILogger<ClusterLimits> logger)
{
    /// <summary>
    /// How long the code of an attempt may go on after its silo was declared dead. A silo that nobody hears and that hears nobody stops
    /// such attempts before.
    /// </summary>
    public static readonly TimeSpan Afterlife = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<int, PartitionLimits> _here = [];
    private readonly Home[] _homes = [.. Enumerable.Range(0, Partitions.Count).Select(_ => new Home())];
    private readonly ILogger<ClusterLimits> _logger = logger;

    /// <summary>A partition begins to live here.</summary>
    public ILimits Attach(QueuePartition partition) => _here[partition.Number] = new PartitionLimits(this, handlers, partition, clock);

    /// <summary>A partition stops to live here. Its permits stay taken until its next owner says what is left of them.</summary>
    public void Detach(QueuePartition partition)
    {
        if (_here.TryGetValue(partition.Number, out var limits) && limits.Partition == partition)
        {
            _here.TryRemove(partition.Number, out _);
            limits.Holder.Close();
        }

        var home = _homes[partition.Number];
        lock (home.Lock)
        {
            home.Authority = null;
        }
    }

    /// <summary>Looks after what nobody else notices.</summary>
    public void Look()
    {
        foreach (var limits in _here.Values)
        {
            limits.Holder.Look(clock.Now());
            Flush(limits);
        }
    }

    /// <summary>Says what there is to say for a partition.</summary>
    public void Flush(PartitionLimits limits)
    {
        foreach (var home in limits.Holder.Unsaid())
        {
            if (!TryTellHere(limits, home, out _))
            {
                _ = scheduler.Run(() => TellAsync(limits, home));
            }
        }
    }

    /// <summary>Asks for permits of a limit whose home is here. False if none arrived, or if the home is elsewhere.</summary>
    public bool AskHere(PartitionLimits limits, GateKey gate) =>
        TryTellHere(limits, PermitHolder.HomeOf(gate, Partitions.Count), out var arrived) && arrived.Contains(gate);

    /// <summary>The home of limits says that a partition here may have more, or that others wait.</summary>
    public void Granted(PermitAnswer answer)
    {
        if (_here.TryGetValue(answer.Holder.Partition, out var limits))
        {
            limits.Apply(answer, asked: false);
        }
    }

    /// <summary>A new owner of a home asks what a partition here has. Null if it cannot say.</summary>
    public PermitReport? Report(int partition, int home, long homeEpoch) =>
        _here.TryGetValue(partition, out var limits) && limits.Partition.Holds(clock.Now())
            ? limits.Holder.Tell(home, homeEpoch, clock.Now())
            : null;

    /// <summary>Counts the permits of a run's limits that are taken, so that its partition can tell.</summary>
    public Task CountAsync(QueuePartition partition, NewRun run) =>
        _here.TryGetValue(partition.Number, out var limits) ? limits.CountAsync(run) : Task.CompletedTask;

    /// <summary>Counts the permits of a limit that are taken, for whoever asks why a run waits.</summary>
    public async Task<int?> CountAsync(GateKey gate)
    {
        var home = PermitHolder.HomeOf(gate, Partitions.Count);
        try
        {
            return find(home) is not null
                ? CountHere(gate)
                : (await Grain(home).CountPermitsAsync(gate).WaitAsync(Patience, clock)).InUse;
        }
        catch (Exception exception)
        {
            LogSilent(home, exception.Message);
            return null;
        }
    }

    /// <summary>A worker is gone with an attempt: keeps its permits until its code has certainly stopped.</summary>
    public void Linger(PartitionLimits limits, List<(GateKey Gate, int Limit)> needs, string worker)
    {
        var left = Afterlife - workers.GoneFor(worker);
        if (needs.Count == 0 || left <= TimeSpan.Zero)
        {
            return;
        }

        limits.Holder.Take(needs, clock.Now());
        _ = scheduler.Run(async () =>
        {
            await Task.Delay(left, clock);
            limits.Holder.Return(needs, clock.Now());
            needs.ForEach(need => limits.Partition.OnPermit(need.Gate));
        });
    }

    private bool TryTellHere(PartitionLimits limits, int home, out List<GateKey> arrived)
    {
        arrived = [];
        var now = clock.Now();
        if (find(home) is not { } partition || !partition.Holds(now) || !limits.Partition.Holds(now))
        {
            return false;
        }

        while (limits.Holder.Next(home, now) is { } report)
        {
            if (TryReceive(report) is not { } answer)
            {
                limits.Holder.Failed(report);
                return false;
            }

            arrived.AddRange(limits.Apply(answer, asked: true));
        }

        return true;
    }

    private PermitAnswer? TryReceive(PermitReport report)
    {
        try
        {
            return Receive(report);
        }
        catch (UnavailableException)
        {
            // It stepped down a moment ago; whoever owns it next is told.
            return null;
        }
    }

    private async Task TellAsync(PartitionLimits limits, int home)
    {
        var backOff = FirstBackOff;
        while (limits.Holder.Next(home, clock.Now()) is { } report)
        {
            string problem;
            try
            {
                var answer = find(home) is not null
                    ? Receive(report)
                    : limits.Partition.Holds(clock.Now()) && workers.AnySiloActive ? await Grain(home).PermitsAsync(report).WaitAsync(Patience, clock) : null;
                if (answer is not null)
                {
                    limits.Apply(answer, asked: true);
                    backOff = FirstBackOff;
                    continue;
                }

                problem = "What was said is overtaken.";
            }
            catch (Exception exception)
            {
                problem = exception.Message;
            }

            // The home is between two owners, or cannot be reached: its next owner is told everything.
            LogSilent(home, problem);
            await Task.Delay(backOff, clock);
            backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            limits.Holder.Failed(report);
        }
    }

    private IQueuePartitionGrain Grain(int partition) => grains.GetGrain<IQueuePartitionGrain>(partition);

    [LoggerMessage(LogLevel.Debug, "Permits: the owner of partition {Partition} did not answer: {Problem}")]
    private partial void LogSilent(int partition, string problem);
}
