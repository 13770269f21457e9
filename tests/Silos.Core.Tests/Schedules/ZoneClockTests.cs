namespace Silos.Schedules;

public sealed class ZoneClockTests
{
    [Fact]
    public void The_table_knows_every_zones_offset_at_any_instant_from_1970_through_2100()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var from = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerSecond;
        var to = new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerSecond;
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var clock = ZoneClock.Of(zone);
            for (var i = 0; i < 100; i++)
            {
                var second = random.NextInt64(from, to);
                var segment = clock.At(second);
                Assert.True(segment.Start <= second && second < segment.End, $"seed {seed}: {zone.Id} at {second}: {segment}");

                if (segment.End == CronPattern.End)
                {
                    Assert.Equal(zone.BaseUtcOffset.TotalSeconds, segment.Offset);
                    continue;
                }

                // The offset in the middle of a segment and on both sides of its borders.
                foreach (var at in new[] { second, segment.Start, segment.End - 1, segment.End })
                {
                    var expected = zone.GetUtcOffset(new DateTime(at * TimeSpan.TicksPerSecond, DateTimeKind.Utc)).TotalSeconds;
                    Assert.True(clock.At(at).Offset == expected, $"seed {seed}: {zone.Id} at {at}: {clock.At(at)}, not {expected}");
                }

                Assert.Equal(segment.Before, clock.At(segment.Start - 1).Offset);
            }
        }
    }

    [Fact]
    public void Zones_with_one_name_and_other_rules_are_kept_apart()
    {
        var east = TimeZoneInfo.CreateCustomTimeZone("Custom", TimeSpan.FromHours(5.5), null, null);
        var west = TimeZoneInfo.CreateCustomTimeZone("Custom", TimeSpan.FromHours(-3), null, null);
        var expression = CronExpression.Parse("0 0 * * *");
        var at = Instants.Utc("2026-01-01 12:00");

        Assert.Equal("2026-01-01 18:30:00", Instants.Text(expression.Next(at, east)));
        Assert.Equal("2026-01-02 03:00:00", Instants.Text(expression.Next(at, west)));
        Assert.Equal("2026-01-01 18:30:00", Instants.Text(expression.Next(at, east)));
    }
}
