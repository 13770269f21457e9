using Silos.Runs;

namespace Silos.Engine.Runs;

/// <summary>Counts in memory what ends, by tenant and minute, until somebody takes it away to store it.</summary>
internal sealed class RunTallies
{
    private readonly Lock _lock = new();
    private Dictionary<(TenantId Tenant, long Minute), Count> _counts = [];

    /// <summary>Counts a run that has ended, after that was stored.</summary>
    /// <param name="run">The run, as it was when its last attempt began.</param>
    /// <param name="end">How it ended.</param>
    public void Ended(PendingRun run, FinishedRun end)
    {
        var key = (run.Request.Tenant, end.EndedAt.UtcTicks / TimeSpan.TicksPerMinute);
        lock (_lock)
        {
            if (!_counts.TryGetValue(key, out var count))
            {
                _counts.Add(key, count = new Count());
            }

            count.States[(int)end.State]++;
            if (end.StartedAt is { } started)
            {
                count.Lateness[DurationHistogram.ClassOf((long)(started - run.StartableAt).TotalMilliseconds)]++;
                count.Durations[DurationHistogram.ClassOf((long)(end.EndedAt - started).TotalMilliseconds)]++;
            }
        }
    }

    /// <summary>Takes what was counted since the last time.</summary>
    public IReadOnlyList<RunTally> Take()
    {
        Dictionary<(TenantId Tenant, long Minute), Count> taken;
        lock (_lock)
        {
            if (_counts.Count == 0)
            {
                return [];
            }

            (taken, _counts) = (_counts, []);
        }

        return [.. taken.Select(entry => entry.Value.ToTally(entry.Key.Tenant, new DateTimeOffset(entry.Key.Minute * TimeSpan.TicksPerMinute, TimeSpan.Zero)))];
    }

    private sealed class Count
    {
        public long[] States { get; } = new long[Enum.GetValues<RunState>().Length];

        public long[] Lateness { get; } = new long[DurationHistogram.Classes];

        public long[] Durations { get; } = new long[DurationHistogram.Classes];

        public RunTally ToTally(TenantId tenant, DateTimeOffset minute) => new()
        {
            Tenant = tenant,
            Minute = minute,
            Completed = States[(int)RunState.Completed],
            Failed = States[(int)RunState.Failed] + States[(int)RunState.Dead],
            Cancelled = States[(int)RunState.Cancelled],
            Skipped = States[(int)RunState.Skipped],
            Lateness = DurationHistogram.FromCounts(Lateness),
            Durations = DurationHistogram.FromCounts(Durations),
        };
    }
}
