using Silos.Jobs;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>
/// The calendars of jobs. What was decided about past days hardly changes and may be hundreds of thousands of rows, so it is remembered for some minutes,
/// and nobody waits long for it: until it is read its days are shown as such.
/// </summary>
internal sealed class HeatGlance(ISilosStore store, Surroundings surroundings)
{
    private const int MostJobs = 1_000;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private readonly Lock _lock = new();
    private readonly Dictionary<JobKey, Past> _past = [];

    /// <summary>Reads the calendar of a job.</summary>
    public async Task<HeatMap> ReadAsync(Job job, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = HeatMap.DayOf(now);
        var past = PastOf(job, today);
        var fresh = await store.Jobs.CountOccurrencesAsync(job.Key, today, DateTimeOffset.MaxValue, cancellationToken);
        try
        {
            var counts = await past.WaitAsync(Patience, surroundings.Clock, cancellationToken);
            return HeatMap.Of(counts.Concat(fresh), HeatMap.Since(now), now);
        }
        catch (TimeoutException) when (!past.IsFaulted)
        {
            return HeatMap.Of(fresh, today, now);
        }
    }

    /// <summary>Forgets the past of a job, because somebody has just made up for it and wants to see that.</summary>
    public void Forget(JobKey job)
    {
        lock (_lock)
        {
            _past.Remove(job);
        }
    }

    private Task<IReadOnlyList<OccurrenceCount>> PastOf(Job job, DateTimeOffset today)
    {
        lock (_lock)
        {
            if (_past.TryGetValue(job.Key, out var known) && known.Created == job.CreatedAt && known.Before == today
                && !known.Counts.IsFaulted && surroundings.Clock.GetElapsedTime(known.ReadAt) < Kept)
            {
                return known.Counts;
            }

            if (_past.Count >= MostJobs)
            {
                _past.Clear();
            }

            var counts = ReadPastAsync(job.Key, today);
            _past[job.Key] = new Past(job.CreatedAt, today, surroundings.Clock.GetTimestamp(), counts);
            return counts;
        }
    }

    private async Task<IReadOnlyList<OccurrenceCount>> ReadPastAsync(JobKey job, DateTimeOffset today)
    {
        // Off the caller's lock before anything is asked.
        await Task.Yield();
        var since = HeatMap.Since(today);
        var counts = await store.Jobs.CountOccurrencesAsync(job, since, today, CancellationToken.None);

        // A range that begins before the calendar may reach into it.
        var before = await store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(job, Before: since, Limit: 1), CancellationToken.None);
        return before is [{ Until: { } until } range] && until >= since
            ? [new OccurrenceCount(HeatMap.DayOf(range.DueAt), HeatMap.DayOf(until), range.Verdict, range.Count), .. counts]
            : counts;
    }

    /// <summary>What was decided about past days.</summary>
    /// <param name="Created">When the job was registered: one of the same name is another.</param>
    /// <param name="Before">The day before which was read.</param>
    /// <param name="ReadAt">When.</param>
    /// <param name="Counts">What was counted, or will be.</param>
    private sealed record Past(DateTimeOffset Created, DateTimeOffset Before, long ReadAt, Task<IReadOnlyList<OccurrenceCount>> Counts);
}
