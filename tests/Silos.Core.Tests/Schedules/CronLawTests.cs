namespace Silos.Schedules;

public sealed class CronLawTests
{
    private static readonly string[] LawZones =
        ["UTC", "Europe/Dublin", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo"];

    [Fact]
    public void Random_expressions_are_due_when_a_slow_search_says()
    {
        const int Days = 1500;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var compared = 0;
        for (var i = 0; i < 1500; i++)
        {
            var reference = ReferenceCron.Random(random);
            if (!CronExpression.TryParse(reference.Text, null, out var expression, out var problem))
            {
                Assert.True(problem.Message.Contains("no date ever fits", StringComparison.Ordinal), $"seed {seed}: {problem.Message}");
                Assert.True(reference.Next(new DateTime(2020, 1, 1), Days) is null, $"seed {seed}: '{reference.Text}' refused, but it can match");
                continue;
            }

            var at = new DateTime(2019, 6, 1).AddSeconds(random.Next(20 * 365 * 86_400));
            for (var step = 0; step < 5; step++)
            {
                var expected = reference.Next(at, Days);
                var actual = expression.Next(new DateTimeOffset(at, TimeSpan.Zero), TimeZoneInfo.Utc)?.DateTime;
                Assert.True(
                    expected is null ? actual is null || actual > at.AddDays(Days - 1) : actual == expected,
                    $"seed {seed}: '{reference.Text}' after {at:s}: {actual:s}, not {expected:s}");
                if (expected is null)
                {
                    break;
                }

                compared++;
                at = expected.Value;
            }
        }

        Assert.True(compared > 3000, $"seed {seed}: only {compared} comparisons");
    }

    [Fact]
    public void Next_and_previous_undo_each_other_and_never_stand_still()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 1500; i++)
        {
            var text = ReferenceCron.Random(random).Text;
            if (!CronExpression.TryParse(text, out var expression))
            {
                continue;
            }

            var zone = Instants.Zone(LawZones[random.Next(LawZones.Length)]);
            var rule = (DaylightSavingRule)random.Next(3);
            var at = new DateTimeOffset(2005, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.NextInt64(35L * 365 * 86_400));
            var case_ = $"seed {seed}: '{text}' in {zone.Id}, {rule}, at {at:O}";
            var previous = expression.Previous(at.AddTicks(1), zone, rule);
            for (var step = 0; step < 20; step++)
            {
                if (expression.Next(at, zone, rule) is not { } next)
                {
                    break;
                }

                Assert.True(next > at, $"{case_}: next({at:O}) is {next:O}");
                Assert.True(expression.Previous(next, zone, rule) == previous, $"{case_}: previous({next:O}) is not {previous:O}");
                Assert.True(expression.Previous(next.AddTicks(1), zone, rule) == next, $"{case_}: {next:O} is due only forwards");
                Assert.True(expression.Next(next.AddTicks(-1), zone, rule) == next, $"{case_}: {next:O} is due only sometimes");
                at = next;
                previous = next;
            }
        }
    }

    [Fact]
    public void Next_is_monotone()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 3000; i++)
        {
            var text = ReferenceCron.Random(random).Text;
            if (!CronExpression.TryParse(text, out var expression))
            {
                continue;
            }

            var zone = Instants.Zone(LawZones[random.Next(LawZones.Length)]);
            var rule = (DaylightSavingRule)random.Next(3);
            var early = new DateTimeOffset(2005, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.NextInt64(35L * 365 * 86_400));
            var late = early.AddSeconds(random.Next(1 << random.Next(1, 28)));
            var (first, second) = (expression.Next(early, zone, rule), expression.Next(late, zone, rule));

            Assert.True(
                first is null ? second is null : second is null || first <= second,
                $"seed {seed}: '{text}' in {zone.Id}, {rule}: next({early:O}) = {first:O} but next({late:O}) = {second:O}");
        }
    }

    [Fact]
    public void Next_and_previous_allocate_nothing()
    {
        string[] texts = ["*/15 * * * *", "30 1 * * *", "0 */15 9-17 ? * MON-FRI", "0 0 12 LW * ?", "0 0 29 2 *", "0 0 * * MON#5,FRIL"];
        foreach (var id in LawZones)
        {
            var zone = Instants.Zone(id);
            foreach (var text in texts)
            {
                var expression = CronExpression.Parse(text);
                Assert.NotEqual(default, Walk(expression, zone));

                var before = GC.GetAllocatedBytesForCurrentThread();
                Walk(expression, zone);
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }

        static DateTimeOffset Walk(CronExpression expression, TimeZoneInfo zone)
        {
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
            for (var i = 0; i < 500; i++)
            {
                at = expression.Next(at, zone) is { Year: < 2060 } next ? next : at.AddYears(-10);
            }

            for (var i = 0; i < 500; i++)
            {
                at = expression.Previous(at, zone) ?? at;
            }

            return at;
        }
    }
}
