using Silos.Runs;

namespace Silos.Core.Tests.Runs;

public sealed class DurationHistogramTests
{
    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(49_999_999, 23)]
    [InlineData(50_000_000, 24)]
    [InlineData(long.MaxValue, 24)]
    public void A_duration_is_in_the_class_that_ends_after_it(long milliseconds, int expected) =>
        Assert.Equal(expected, DurationHistogram.ClassOf(milliseconds));

    [Fact]
    public void Percentiles_are_right_to_their_class()
    {
        var counts = new long[DurationHistogram.Classes];
        for (var milliseconds = 0; milliseconds < 1_000; milliseconds++)
        {
            counts[DurationHistogram.ClassOf(milliseconds)]++;
        }

        var histogram = DurationHistogram.FromCounts(counts);

        Assert.Equal(500, histogram.Percentile(0.5)!.Value);
        Assert.Equal(990, histogram.Percentile(0.99)!.Value);
        Assert.Equal(1_000, histogram.Percentile(1)!.Value);
        Assert.Null(DurationHistogram.Empty.Percentile(0.5));
    }
}
