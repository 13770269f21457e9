using Silos.Jobs;
using Silos.Schedules;
using Silos.Testing;

namespace Silos.Engine.Tests.Jobs;

/// <summary>Whatever crashes, fails or jumps: every due instant has exactly one decision. A failure prints the seed.</summary>
public sealed class JobHostLaws
{
    private static readonly string[] Crons = ["*/10 * * * * *", "* * * * *", "*/7 * * * *", "@every 45s", "0,30 * * * *"];

    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(0, 40).Select(seed => new TheoryDataRow<int>(seed));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_due_instant_has_exactly_one_decision_whatever_happens(int seed)
    {
        var random = new Random(seed);
        var faults = new ChanceFaults(random);
        var clock = new ManualTimeProvider(JobEngine.Noon);
        var engine = new JobEngine(null, clock, faults, seed).Handle("tick").Start();
        var definition = JobEngine.Define(
            "tick",
            Crons[random.Next(Crons.Length)],
            job => job.CatchUp((CatchUpMode)random.Next(3), TimeSpan.FromMinutes(random.Next(0, 30))).Overlap((OverlapMode)random.Next(6)));
        var registered = engine.Register(definition, "api").CreatedAt;

        for (var step = 0; step < 25; step++)
        {
            faults.Chance = random.Next(3) == 0 ? 0.2 : 0;
            switch (random.Next(8))
            {
                case 0:
                    engine.Kill();
                    clock.Advance(TimeSpan.FromSeconds(random.Next(0, 1_000)));
                    faults.Chance = 0;
                    engine = new JobEngine(engine.Database, clock, faults, seed + step).Handle("tick").Start();
                    break;
                case 1:
                    Try(() => engine.Pause("tick"));
                    break;
                case 2:
                    Try(() => engine.Resume("tick"));
                    break;
                case 3:
                    Try(() => engine.Trigger("tick", new TriggerOptions { Overlap = OverlapMode.QueueAll }));
                    break;
                case 4:
                    clock.SetUtcNow(clock.Now().AddSeconds(random.Next(-120, 240)));
                    break;
                default:
                    engine.Advance(TimeSpan.FromMilliseconds(random.Next(1, 120_000)));
                    break;
            }
        }

        faults.Chance = 0;
        Try(() => engine.Resume("tick"));
        engine.Resume("tick");
        engine.Advance(TimeSpan.FromMinutes(6));

        var row = engine.Row("tick");
        var ledger = engine.Occurrences("tick");
        var decided = ledger.SelectMany(o => Expand(definition, registered, o)).ToList();
        Assert.Equal(Due(definition, registered, registered, row.Cursor), decided);
        var runs = engine.Runs();
        Assert.Equal(
            ledger.Where(o => o.Run is not null).Select(o => (o.Run!.Value, o.DueAt)).Order(),
            runs.Where(r => r.OccurrenceAt is not null).Select(r => (r.Id, r.OccurrenceAt!.Value)).Order());
        Assert.All(ledger, o => Assert.Equal(o.Verdict is Verdict.Enqueued or Verdict.CaughtUp, o.Run is not null));
        engine.Dispose();
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (SilosException)
        {
            // The store failed on purpose, or overlap refused: either is an answer.
        }
    }

    private static List<DateTimeOffset> Expand(JobDefinition definition, DateTimeOffset created, Occurrence occurrence) =>
        occurrence.Until is { } until
            ? Due(definition, created, occurrence.DueAt.AddMilliseconds(-1), until)
            : [occurrence.DueAt];

    private static List<DateTimeOffset> Due(JobDefinition definition, DateTimeOffset created, DateTimeOffset from, DateTimeOffset until)
    {
        var schedule = CompiledSchedule.Compile(definition.Schedules[0], ScheduleEnvironment.Empty, "tick");
        var due = new List<DateTimeOffset>();
        for (var at = schedule.Next(from, new ScheduleAnchor(created)); at <= until; at = schedule.Next(at.Value, new ScheduleAnchor(created)))
        {
            due.Add(at.Value);
        }

        return due;
    }

    /// <summary>Fails writes by chance, before they happen or after.</summary>
    private sealed class ChanceFaults(Random random) : IStoreFaults
    {
        public double Chance { get; set; }

        public ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken) => new(
            site is "jobs.plan" or "jobs.save" or "jobs.read_due" && random.NextDouble() < Chance
                ? site == "jobs.read_due" || random.Next(2) == 0 ? FaultKind.Away : FaultKind.Unconfirmed
                : FaultKind.None);

        public ValueTask AfterAsync(string site, CancellationToken cancellationToken) => default;
    }
}
