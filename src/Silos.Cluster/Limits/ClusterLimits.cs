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

    /// <summary>A holder says what it has and wants of limits whose home lives here.</summary>
    /// <exception cref="UnavailableException">The home is not owned here.</exception>
    public PermitAnswer? Receive(PermitReport report)
    {
        var (answer, news, collect) = Hear(report);
        news.ForEach(Pass);
        if (collect > 0)
        {
            _ = scheduler.Run(() => CollectAsync(report.Home, collect));
        }

        return answer;
    }

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

    /// <summary>Counts the permits of a limit whose home is here; null while that is unknown.</summary>
    public int? CountHere(GateKey gate)
    {
        var number = PermitHolder.HomeOf(gate, Partitions.Count);
        var home = _homes[number];
        long collect = 0;
        int? count = null;
        lock (home.Lock)
        {
            if (AuthorityOf(number) is { } authority)
            {
                count = authority.InUse(gate);
                if (count is null && home.Collecting != authority.Epoch)
                {
                    collect = home.Collecting = authority.Epoch;
                }
            }
        }

        if (collect > 0)
        {
            _ = scheduler.Run(() => CollectAsync(number, collect));
        }

        return count;
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

    private (PermitAnswer? Answer, List<PermitAnswer> News, long Collect) Hear(PermitReport report)
    {
        var home = _homes[report.Home];
        lock (home.Lock)
        {
            var authority = AuthorityOf(report.Home)
                ?? throw new UnavailableException($"Partition {report.Home} is not owned here; repeat the call.");
            var answer = authority.Receive(report);
            var collects = !authority.IsComplete && home.Collecting != authority.Epoch && authority.IsAwaited;
            if (collects)
            {
                home.Collecting = authority.Epoch;
            }

            return (answer, authority.TakeNews(), collects ? authority.Epoch : 0);
        }
    }

    /// <summary>Finds who decides under the epoch that the home has now; null if it is not owned here. Under the home's lock.</summary>
    private LimitAuthority? AuthorityOf(int number)
    {
        var home = _homes[number];
        if (find(number) is not { } partition || !partition.Holds(clock.Now()) || partition.Owner.Epoch is not (> 0 and var epoch))
        {
            return null;
        }

        if (home.Authority?.Epoch != epoch)
        {
            home.Authority = new LimitAuthority(number, epoch, Partitions.Count);
        }

        return home.Authority;
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
                    : limits.Partition.Holds(clock.Now()) ? await Grain(home).PermitsAsync(report).WaitAsync(Patience, clock) : null;
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

    /// <summary>Passes on what a holder did not ask for. If it gets lost, whoever waits asks again within seconds.</summary>
    private void Pass(PermitAnswer answer)
    {
        if (answer.Gates.Count == 0)
        {
            return;
        }

        if (_here.TryGetValue(answer.Holder.Partition, out var limits) && limits.Partition.Owner == answer.Holder)
        {
            limits.Apply(answer, asked: false);
            return;
        }

        Grain(answer.Holder.Partition).GrantAsync(answer).Ignore();
    }

    /// <summary>A new owner of a home asks every partition what it has, until all have said so.</summary>
    private async Task CollectAsync(int number, long epoch)
    {
        var backOff = FirstBackOff;
        while (Missing(number, epoch) is { Count: > 0 } missing)
        {
            await Task.WhenAll(missing.Select(partition => PullAsync(partition, number, epoch)));
            if (Missing(number, epoch).Count > 0)
            {
                await Task.Delay(backOff, clock);
                backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            }
        }

        var home = _homes[number];
        lock (home.Lock)
        {
            // A lease that lapsed for a moment: whoever asks again makes it ask again.
            if (home.Collecting == epoch && home.Authority is not { IsComplete: true })
            {
                home.Collecting = 0;
            }
        }
    }

    private List<int> Missing(int number, long epoch)
    {
        var home = _homes[number];
        lock (home.Lock)
        {
            return AuthorityOf(number) is { } authority && authority.Epoch == epoch ? authority.Missing() : [];
        }
    }

    private async Task PullAsync(int partition, int home, long epoch)
    {
        try
        {
            var report = find(partition) is not null
                ? Report(partition, home, epoch)
                : await Grain(partition).AskPermitsAsync(home, epoch).WaitAsync(Patience, clock);
            if (report is not null && Receive(report) is { } answer)
            {
                Pass(answer);
            }
        }
        catch (Exception exception)
        {
            // It is between two owners; it is asked again.
            LogSilent(partition, exception.Message);
        }
    }

    private IQueuePartitionGrain Grain(int partition) => grains.GetGrain<IQueuePartitionGrain>(partition);

    [LoggerMessage(LogLevel.Debug, "Permits: the owner of partition {Partition} did not answer: {Problem}")]
    private partial void LogSilent(int partition, string problem);

    private sealed class Home
    {
        public Lock Lock { get; } = new();

        public LimitAuthority? Authority { get; set; }

        /// <summary>Gets or sets the epoch under which every partition is being asked.</summary>
        public long Collecting { get; set; }
    }
}
