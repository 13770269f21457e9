using Silos.Cluster.Time;

namespace Silos.Cluster.Tests.Time;

public sealed class ClockDecisionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Half_of_the_round_trip_is_taken_for_the_way_there()
    {
        var decision = ClockDecision.Of([Reading(errorMs: 7, tripMs: 4)], first: true);

        Assert.Equal(new ClockDecision(TimeSpan.FromMilliseconds(7), ClockMove.Set), decision);
    }

    [Fact]
    public void Readings_that_took_long_have_no_say()
    {
        // A pause on the way there or back makes an error of half its length, either way.
        ClockReading[] readings = [Reading(1000, 2), Reading(1001, 3), Reading(1250, 500), Reading(750, 500), Reading(999, 2)];

        Assert.Equal(TimeSpan.FromMilliseconds(1000), ClockDecision.Of(readings, first: false).Error);
    }

    [Theory]
    [InlineData(0, ClockMove.None)]
    [InlineData(1, ClockMove.None)]
    [InlineData(-1, ClockMove.None)]
    [InlineData(2, ClockMove.Slew)]
    [InlineData(-2, ClockMove.Slew)]
    [InlineData(29_000, ClockMove.Slew)]
    [InlineData(31_000, ClockMove.Set)]
    [InlineData(-600_000, ClockMove.Slew)]
    public void While_it_runs_a_clock_is_slewed_and_only_one_that_slept_is_set_and_only_ahead(int errorMs, object move) =>
        Assert.Equal(move, ClockDecision.Of([Reading(errorMs, tripMs: 2)], first: false).Move);

    private static ClockReading Reading(double errorMs, double tripMs) => new(
        Noon, Noon.AddMilliseconds((tripMs / 2) + errorMs), Noon.AddMilliseconds(tripMs));
}
