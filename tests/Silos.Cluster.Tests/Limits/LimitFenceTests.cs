using Silos.Cluster.Limits;
using Silos.Cluster.Workers;
using Silos.Testing;

namespace Silos.Cluster.Tests.Limits;

/// <summary>When a silo must assume that the others have given it up.</summary>
public sealed class LimitFenceTests
{
    [Fact]
    public void A_silo_that_hears_nobody_is_given_up_before_its_permits_are() =>
        Assert.True(Isolation.Longest + TimeSpan.FromSeconds(1) < ClusterLimits.Afterlife);

    [Fact]
    public void An_answer_counts_from_when_it_was_asked_for()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var isolation = new Isolation(clock);
        clock.Advance(TimeSpan.FromSeconds(2));
        var mark = isolation.Mark();

        // The process is paused; the answer was waiting when it goes on.
        clock.Advance(TimeSpan.FromMinutes(1));
        isolation.Heard(mark);
        Assert.Equal(TimeSpan.FromMinutes(1), isolation.Lasts);

        isolation.Heard(isolation.Mark());
        Assert.Equal(TimeSpan.Zero, isolation.Lasts);
    }
}
