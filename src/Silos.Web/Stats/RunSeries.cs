using Silos.Runs;
using Silos.Stores;

namespace Silos.Web.Stats;

/// <summary>What ended over time, in buckets of equal length: the newest one holds now.</summary>
/// <param name="Bucket">How long a bucket is: whole minutes.</param>
/// <param name="Buckets">The buckets, earliest first; <see cref="RunTally.Minute"/> is where each begins.</param>
internal sealed record RunSeries(TimeSpan Bucket, IReadOnlyList<RunTally> Buckets)
{
    /// <summary>Gets where the first bucket begins.</summary>
    public DateTimeOffset Since => Buckets[0].Minute;

    /// <summary>Gets where the last bucket ends.</summary>
    public DateTimeOffset Until => Buckets[^1].Minute + Bucket;

    /// <summary>Gets everything in one.</summary>
    public RunTally Total => Buckets.Aggregate(static (sum, next) => sum.Plus(next));

    /// <summary>Reads [<paramref name="since"/>, <paramref name="until"/>) with the ends moved out to whole buckets.</summary>
    public static async Task<RunSeries> ReadAsync(
        IRunStats stats, TenantId tenant, DateTimeOffset since, DateTimeOffset until, TimeSpan bucket, CancellationToken cancellationToken)
    {
        var first = Cut(since, bucket);
        var count = (int)Math.Max(1, ((until - first).Ticks + bucket.Ticks - 1) / bucket.Ticks);
        var sums = Enumerable.Range(0, count).Select(i => new RunTally { Tenant = tenant, Minute = first + (bucket * i) }).ToArray();
        foreach (var tally in await stats.ReadAsync(tenant, first, first + (bucket * count), cancellationToken))
        {
            var index = (int)((tally.Minute - first).Ticks / bucket.Ticks);
            sums[index] = sums[index].Plus(tally);
        }

        return new RunSeries(bucket, sums);
    }

    private static DateTimeOffset Cut(DateTimeOffset instant, TimeSpan bucket) =>
        new(instant.UtcTicks - (instant.UtcTicks % bucket.Ticks), TimeSpan.Zero);
}
