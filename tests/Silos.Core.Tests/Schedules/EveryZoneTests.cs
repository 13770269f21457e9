namespace Silos.Schedules;

/// <summary>Compares with the definition itself, minute by minute, around every clock change of every zone.</summary>
public sealed class EveryZoneTests
{
    private const int Hours = 26;
    private static readonly DateTime From = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime To = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Around_every_clock_change_the_due_instants_are_those_of_a_scan()
    {
        var zones = 0;
        var changes = 0;
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var found = Changes(zone);
            zones += found.Count > 0 ? 1 : 0;
            changes += found.Count;
            foreach (var change in found)
            {
                Compare(zone, change);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{changes} clock changes in {zones} zones");
        Assert.True(zones > 100 && changes > 800, $"{changes} clock changes in {zones} zones: is there time zone data?");
    }

    private static void Compare(TimeZoneInfo zone, DateTime change)
    {
        // Fixed times inside the skipped or repeated stretch and at its edges, and intervals across it.
        var before = change + zone.GetUtcOffset(change.AddMinutes(-1));
        var after = change + zone.GetUtcOffset(change);
        var (low, high) = before < after ? (before, after) : (after, before);
        var middle = low + ((high - low) / 2);
        List<(string Text, Func<DateTime, bool> Fits, bool Interval)> samples =
        [
            Fixed(low), Fixed(middle), Fixed(high), Fixed(high.AddMinutes(-1)), Fixed(low.AddMinutes(-1)),
            ($"{middle.Minute},{low.Minute} {low.Hour},{high.Hour} * * *",
                at => (at.Minute == middle.Minute || at.Minute == low.Minute) && (at.Hour == low.Hour || at.Hour == high.Hour), false),
            ($"{middle.Minute} {middle.Hour} {middle.Day} * *",
                at => at.Minute == middle.Minute && at.Hour == middle.Hour && at.Day == middle.Day, false),
            ("*/20 * * * *", at => at.Minute % 20 == 0, true),
            ($"{middle.Minute} * * * *", at => at.Minute == middle.Minute, true),
            ($"*/15 {middle.Hour} * * *", at => at.Minute % 15 == 0 && at.Hour == middle.Hour, true),
            ("0 0-6 * * *", at => at.Minute == 0 && at.Hour <= 6, true),
        ];

        var first = change.AddHours(-Hours);
        var locals = new DateTime[(2 * Hours * 60) + 1];
        for (var i = 0; i < locals.Length; i++)
        {
            locals[i] = TimeZoneInfo.ConvertTimeFromUtc(first.AddMinutes(i), zone);
        }

        foreach (var (text, fits, interval) in samples)
        {
            var expression = CronExpression.Parse(text);
            var fitting = Array.ConvertAll(locals, local => fits(local));
            foreach (var rule in new[] { DaylightSavingRule.Default, DaylightSavingRule.Skip, DaylightSavingRule.Both })
            {
                var expected = Scan(first, locals, fitting, fits, rule, interval);
                var from = new DateTimeOffset(first, TimeSpan.Zero);
                var to = from.AddMinutes(locals.Length - 1);
                Check(expected, Forwards(expression, zone, rule, from, to));
                expected.Reverse();
                Check(expected, Backwards(expression, zone, rule, from, to));

                void Check(List<DateTimeOffset> expected, List<DateTimeOffset> actual)
                {
                    if (!expected.SequenceEqual(actual))
                    {
                        Assert.Fail(Case(zone, change, text, rule, expected, actual));
                    }
                }
            }
        }
    }

    private static (string Text, Func<DateTime, bool> Fits, bool Interval) Fixed(DateTime time) =>
        ($"{time.Minute} {time.Hour} * * *", at => at.Minute == time.Minute && at.Hour == time.Hour, false);

    /// <summary>The definition: walk the instants, look at the clock, and notice when it jumps.</summary>
    private static List<DateTimeOffset> Scan(
        DateTime first, DateTime[] locals, bool[] fitting, Func<DateTime, bool> fits, DaylightSavingRule rule, bool interval)
    {
        var afterGap = !interval && rule != DaylightSavingRule.Skip;
        var once = rule == DaylightSavingRule.Skip || (rule == DaylightSavingRule.Default && !interval);
        var due = new List<DateTimeOffset>();
        var latest = locals[0];
        for (var i = 1; i < locals.Length; i++)
        {
            var isDue = fitting[i] && !(once && locals[i] <= latest);
            for (var skipped = locals[i - 1].AddMinutes(1); afterGap && skipped < locals[i]; skipped = skipped.AddMinutes(1))
            {
                isDue |= fits(skipped);
            }

            if (isDue)
            {
                due.Add(new DateTimeOffset(first.AddMinutes(i), TimeSpan.Zero));
            }

            latest = locals[i] > latest ? locals[i] : latest;
        }

        return due;
    }

    private static List<DateTimeOffset> Forwards(CronExpression expression, TimeZoneInfo zone, DaylightSavingRule rule, DateTimeOffset from, DateTimeOffset to)
    {
        var due = new List<DateTimeOffset>();
        for (var at = expression.Next(from, zone, rule); at <= to; at = expression.Next(at.Value, zone, rule))
        {
            due.Add(at.Value);
        }

        return due;
    }

    private static List<DateTimeOffset> Backwards(CronExpression expression, TimeZoneInfo zone, DaylightSavingRule rule, DateTimeOffset from, DateTimeOffset to)
    {
        var due = new List<DateTimeOffset>();
        for (var at = expression.Previous(to.AddTicks(1), zone, rule); at > from; at = expression.Previous(at.Value, zone, rule))
        {
            due.Add(at.Value);
        }

        return due;
    }

    private static List<DateTime> Changes(TimeZoneInfo zone)
    {
        var changes = new List<DateTime>();
        var step = TimeSpan.FromHours(6);
        for (var at = From; at < To; at += step)
        {
            if (zone.GetUtcOffset(at) == zone.GetUtcOffset(at + step))
            {
                continue;
            }

            var minute = at;
            while (zone.GetUtcOffset(minute) == zone.GetUtcOffset(at))
            {
                minute = minute.AddMinutes(1);
            }

            changes.Add(minute);
        }

        return changes;
    }

    private static string Case(
        TimeZoneInfo zone, DateTime change, string text, DaylightSavingRule rule, List<DateTimeOffset> expected, List<DateTimeOffset> actual) =>
        $"'{text}' in {zone.Id} around {change:u}, {rule}: [{string.Join(", ", actual.Select(at => Instants.Text(at)))}], "
        + $"but a scan finds [{string.Join(", ", expected.Select(at => Instants.Text(at)))}]";
}
