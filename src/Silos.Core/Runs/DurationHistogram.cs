namespace Silos.Runs;

/// <summary>How many durations fell into which class; from it percentiles are read without keeping the durations. Immutable.</summary>
/// <remarks>The classes end at 1, 2, 5, 10, 20, 50 … milliseconds, so that a percentile is right to the leading digit.</remarks>
public sealed class DurationHistogram
{
    private static readonly long[] Ends =
    [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
        1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000,
    ];

    private readonly long[] _counts;

    private DurationHistogram(long[] counts) => _counts = counts;

    /// <summary>How many classes there are; the last one has no end.</summary>
    public static int Classes => Ends.Length + 1;

    /// <summary>No durations.</summary>
    public static DurationHistogram Empty { get; } = new(new long[Classes]);

    /// <summary>Gets the number of durations in each class, shortest first; <see cref="Classes"/> of them.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>Gets how many durations there are.</summary>
    public long Total => _counts.Sum();

    /// <summary>Takes counts as they were stored; classes that are missing have none.</summary>
    public static DurationHistogram FromCounts(IEnumerable<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var copy = new long[Classes];
        var i = 0;
        foreach (var count in counts.Take(Classes))
        {
            copy[i++] = count;
        }

        return new DurationHistogram(copy);
    }

    /// <summary>Gets the class of a duration.</summary>
    /// <param name="milliseconds">The duration; negative ones count as none.</param>
    public static int ClassOf(long milliseconds)
    {
        var found = Array.BinarySearch(Ends, milliseconds);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>Adds another one up.</summary>
    public DurationHistogram Plus(DurationHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var sum = new long[Classes];
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] = _counts[i] + other._counts[i];
        }

        return new DurationHistogram(sum);
    }

    /// <summary>Gets the milliseconds that a share of the durations stays below, or null if there are none.</summary>
    /// <param name="share">The share, above 0 and up to 1: 0.99.</param>
    public long? Percentile(double share)
    {
        var total = Total;
        if (total == 0)
        {
            return null;
        }

        // Within its class a duration is taken to lie where its rank does.
        var rank = share * total;
        long below = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0 && below + _counts[i] >= rank)
            {
                var from = i == 0 ? 0 : Ends[i - 1];
                var to = i < Ends.Length ? Ends[i] : from;
                return from + (long)((to - from) * ((rank - below) / _counts[i]));
            }

            below += _counts[i];
        }

        return Ends[^1];
    }
}
