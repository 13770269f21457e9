using Silos.Cluster.Time;
using Silos.Testing;

namespace Silos.Cluster.Tests.Time;

public sealed class SlewedClockTests
{
    private readonly ManualTimeProvider _machine = new();

    [Fact]
    public void Until_it_is_set_it_shows_what_the_machine_shows()
    {
        var clock = new SlewedClock(_machine);
        _machine.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(_machine.GetUtcNow(), clock.GetUtcNow());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public void A_machine_that_is_ten_minutes_off_has_the_right_time_at_once(int minutes)
    {
        var truth = _machine.GetUtcNow();
        _machine.SetUtcNow(truth.AddMinutes(minutes));
        var clock = new SlewedClock(_machine);

        clock.Set(TimeSpan.FromMinutes(-minutes));
        _machine.Advance(TimeSpan.FromHours(1));

        Assert.Equal(truth.AddHours(1), clock.GetUtcNow());
    }

    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public void Somebody_who_sets_the_machines_clock_does_not_move_it(int seconds)
    {
        var clock = new SlewedClock(_machine);
        clock.Set(TimeSpan.Zero);
        var before = clock.GetUtcNow();

        _machine.SetUtcNow(_machine.GetUtcNow().AddSeconds(seconds));

        Assert.Equal(before, clock.GetUtcNow());
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public void An_error_is_made_up_for_at_fifty_milliseconds_a_second_and_then_it_keeps_step(double seconds)
    {
        var clock = new SlewedClock(_machine);
        clock.Set(TimeSpan.Zero);
        var start = clock.GetUtcNow();
        clock.Slew(TimeSpan.FromSeconds(seconds));

        Assert.Equal(start, clock.GetUtcNow());
        _machine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(start.AddSeconds(10 + (seconds / 2)), clock.GetUtcNow());
        _machine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(start.AddSeconds(20 + seconds), clock.GetUtcNow());
        _machine.Advance(TimeSpan.FromHours(1));
        Assert.Equal(start.AddSeconds(3620 + seconds), clock.GetUtcNow());
    }

    [Fact]
    public void Whatever_corrections_come_it_never_goes_back()
    {
        var random = new Random(20260501);
        var clock = new SlewedClock(_machine);
        clock.Set(TimeSpan.FromMinutes(-3));
        var last = clock.GetUtcNow();
        for (var i = 0; i < 20_000; i++)
        {
            _machine.Advance(TimeSpan.FromTicks(random.NextInt64(0, TimeSpan.TicksPerSecond)));
            if (i % 7 == 0)
            {
                clock.Slew(TimeSpan.FromMilliseconds(random.Next(-100_000, 100_000)));
            }

            if (i % 11 == 0)
            {
                _machine.SetUtcNow(_machine.GetUtcNow().AddMinutes(random.Next(-60, 60)));
            }

            var now = clock.GetUtcNow();
            Assert.True(now >= last, $"step {i}: {last:O} → {now:O}");
            last = now;
        }
    }

    [Fact]
    public void Timers_run_by_the_machines_seconds()
    {
        var clock = new SlewedClock(_machine);
        clock.Slew(TimeSpan.FromMinutes(5));
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);

        _machine.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, fired);
    }
}
