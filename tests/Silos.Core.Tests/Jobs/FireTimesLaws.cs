using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Core.Tests.Jobs;

/// <summary>Laws of planning, on random jobs; a failure prints the seed.</summary>
public sealed class FireTimesLaws
{
    private static readonly DateTimeOffset Origin = new(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);

    private static readonly ScheduleSpec[] Specs =
    [
        "* * * * *", "*/7 * * * *", "0 * * * *", "30 2 * * *", "*/20 * * * * *", "@every 13m", "@every 90s", "@function minutely",
        new() { Expression = "*/5 * * * *", TimeZone = "Europe/Dublin", Jitter = TimeSpan.FromMinutes(2) },
        new() { Expression = "*/3 1-3 * * *", TimeZone = "Europe/Paris" },
        new() { Expression = "*/10 * * * *", Calendars = ["business"] },
        new() { Expression = "*/10 * * * *", MaxOccurrences = 25 },
        new() { Expression = "15 * * * *", EndAt = Origin.AddHours(40) },
    ];

    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(0, 100).Select(seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_due_instant_up_to_now_gets_exactly_one_decision(int seed)
    {
        var (job, facts) = Draw(new Random(seed));
        var decided = PlanAll(job, facts);

        Assert.Equal(Due(job, facts.Now, decided), decided.SelectMany(d => Expand(job, d)));
        Assert.Equal(decided.Select(d => d.DueAt).Order(), decided.Select(d => d.DueAt));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Splitting_a_window_changes_nothing(int seed)
    {
        var (job, facts) = Draw(new Random(seed));
        var whole = PlanAll(job, facts with { MaxRows = 1_000_000 });
        foreach (var rows in new[] { 1, 2, 7, 100 })
        {
            var parts = PlanAll(job, facts with { MaxRows = rows });
            Assert.Equal(
                whole.Select(d => (d.DueAt, d.Verdict)),
                parts.SelectMany(d => Expand(job, d).Select(at => (at, d.Verdict))));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Planning_again_decides_nothing_more_and_the_next_instant_lies_ahead(int seed)
    {
        var (job, facts) = Draw(new Random(seed));
        PlanAll(job, facts, out var after);

        var again = FireTimesTests.Plan(after, facts);
        Assert.Empty(again.Decisions);
        Assert.True(again.NextDue is null || again.NextDue > facts.Now);
        Assert.Equal(after.NextDue, again.NextDue);
        var back = FireTimesTests.Plan(after, facts with { Now = facts.Now.AddHours(-5) });
        Assert.Empty(back.Decisions);
        Assert.Equal(after.Cursor, back.Cursor);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Deciding_often_and_on_time_runs_what_is_not_excluded(int seed)
    {
        var random = new Random(seed);
        var (job, facts) = Draw(random);
        job = job with { Definition = job.Definition with { Overlap = new OverlapPolicy { Mode = OverlapMode.Allow } } };
        var now = job.Cursor;
        var end = now.AddHours(1);
        while (now < end)
        {
            now = now.AddMilliseconds(random.Next(1, 5_000));
            var plan = FireTimesTests.Plan(job, facts with { Now = now, Paused = [] });
            Assert.All(plan.Decisions, d => Assert.True(d.Verdict is Verdict.Enqueued or Verdict.SkippedCalendar, $"{seed}: {d}"));
            job = job with { Cursor = plan.Cursor, Counts = plan.Counts };
        }
    }

    private static (Job Job, FireFacts Facts) Draw(Random random)
    {
        var cursor = Origin.AddMinutes(random.Next(0, 60 * 24 * 8)).AddMilliseconds(random.Next(0, 60_000));
        var specs = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Specs[random.Next(Specs.Length)]).Distinct().ToArray();
        var job = FireTimesTests.Make(
            specs, cursor, (CatchUpMode)random.Next(3), TimeSpan.FromMinutes(random.Next(0, 600)));
        job = job with
        {
            Definition = job.Definition with { Overlap = new OverlapPolicy { Mode = (OverlapMode)random.Next(6) } },
        };
        var now = cursor.AddMinutes(random.Next(0, 60 * 36)).AddMilliseconds(random.Next(0, 60_000));
        var span = now - cursor;
        var facts = new FireFacts { Now = now };
        return (job, random.Next(2) == 0
            ? facts
            : facts with { Paused = [new PausedTime(cursor + (span * random.NextDouble() / 2), cursor + (span * (0.5 + (random.NextDouble() / 2))))] });
    }

    private static List<FireDecision> PlanAll(Job job, FireFacts facts) => PlanAll(job, facts, out _);

    private static List<FireDecision> PlanAll(Job job, FireFacts facts, out Job after)
    {
        var all = new List<FireDecision>();
        FirePlan plan;
        do
        {
            plan = FireTimesTests.Plan(job, facts);
            Assert.True(plan.Decisions.Count <= facts.MaxRows);
            Assert.True(!plan.HasMore || plan.Cursor > job.Cursor, "A plan that is not the last one makes progress.");
            Assert.True(plan.Cursor >= job.Cursor && plan.Cursor <= facts.Now);
            all.AddRange(plan.Decisions);
            job = job with { Cursor = plan.Cursor, NextDue = plan.NextDue, Counts = plan.Counts };
        }
        while (plan.HasMore);

        after = job;
        return all;
    }

    /// <summary>The truth: all schedules walked forward one by one. One with a maximum ends when so many of its instants ran.</summary>
    private static List<DateTimeOffset> Due(Job job, DateTimeOffset now, List<FireDecision> decided)
    {
        var runs = decided.Where(d => d.IsRun).Select(d => d.DueAt).ToHashSet();
        var all = new SortedSet<DateTimeOffset>();
        foreach (var schedule in FireTimesTests.Compile(job).OfType<CompiledSchedule>())
        {
            var left = schedule.Spec.MaxOccurrences ?? long.MaxValue;
            var at = schedule.Next(job.Cursor, new ScheduleAnchor(job.CreatedAt));
            while (left > 0 && at is { } due && due <= now)
            {
                all.Add(due);
                left -= runs.Contains(due) && !schedule.IsExcluded(due) ? 1 : 0;
                at = schedule.Next(due, new ScheduleAnchor(job.CreatedAt));
            }
        }

        return [.. all];
    }

    private static List<DateTimeOffset> Expand(Job job, FireDecision decision)
    {
        if (decision.Until is not { } until)
        {
            return [decision.DueAt];
        }

        var range = Due(job with { Cursor = decision.DueAt.AddMilliseconds(-1) }, until, []);
        Assert.Equal(decision.Count, range.Count);
        return range;
    }
}
