using Silos.Engine.Queues;
using Silos.Queues;

namespace Silos.Cluster.Limits;

/// <summary>The homes that live on this silo: they lend the permits of their limits.</summary>
internal sealed partial class ClusterLimits
{
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
                : workers.AnySiloActive ? await Grain(partition).AskPermitsAsync(home, epoch).WaitAsync(Patience, clock) : null;
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

    private sealed class Home
    {
        public Lock Lock { get; } = new();

        public LimitAuthority? Authority { get; set; }

        /// <summary>Gets or sets the epoch under which every partition is being asked.</summary>
        public long Collecting { get; set; }
    }
}
