using Silos.Jobs;
using Silos.Testing;

namespace Silos.Engine.Tests.Jobs;

/// <summary>What a backfill makes, it makes once, whatever happens in between.</summary>
public sealed class BackfillTests
{
    private static readonly DateTimeOffset From = JobEngine.Noon.AddHours(-40);

    [Fact]
    public void The_same_request_makes_no_run_twice_and_another_makes_them_again()
    {
        using var engine = Start();
        var first = Backfill(engine, "monday");
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2_401, engine.Ran.Count);

        Assert.Equal(first.Runs, Backfill(engine, "monday").Runs);
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2_401, engine.Ran.Count);

        var second = Backfill(engine, "tuesday");
        Assert.Empty(first.Runs.Intersect(second.Runs));
        Assert.Empty(Backfill(engine, null).Runs.Intersect(second.Runs));
        engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(3 * 2_401, engine.Ran.Count);
    }

    [Fact]
    public void A_store_that_goes_away_in_between_leaves_a_part_and_the_same_request_makes_the_rest()
    {
        var faults = new ScriptedFaults();
        using var engine = Start(faults);
        faults.Next("jobs.plan", FaultKind.None, FaultKind.Unconfirmed);
        var part = Backfill(engine, "monday");
        Assert.False(part.IsWhole);
        Assert.Equal((2_401, 1_000), (part.Count, part.Runs.Count));

        var whole = Backfill(engine, "monday");
        Assert.True(whole.IsWhole);
        Assert.Equal(part.Runs, whole.Runs.Take(1_000));
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2_401, engine.Ran.Count);
        Assert.Equal(2_401, engine.Runs().Count);
    }

    [Fact]
    public void Who_goes_away_after_the_first_runs_are_made_has_all_of_them_made()
    {
        var faults = new ScriptedFaults();
        using var engine = Start(faults);
        using var caller = new CancellationTokenSource();
        faults.HoldAnswer("jobs.plan");
        var asked = engine.Scheduler.Run(() => engine.Client.BackfillAsync(
            JobEngine.Key("report"), From, JobEngine.Noon, false, "ann", "monday", caller.Token));
        engine.Settle();
        caller.Cancel();
        faults.ReleaseAnswer("jobs.plan");
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.True(asked.IsCanceled);
        Assert.Equal(2_401, engine.Ran.Count);
    }

    [Fact]
    public void Ids_sort_as_the_due_instants_do_and_are_of_the_time_of_their_request()
    {
        // Its first 48 bits say when it was made: RFC 9562, section 5.7.
        var now = JobEngine.Noon.AddDays(3);
        foreach (var request in (string[])["a name", Guid.CreateVersion7(now).ToString()])
        {
            var ids = new Silos.Engine.Jobs.BackfillIds(JobEngine.Key("report"), From, JobEngine.Noon, request);
            var made = Enumerable.Range(0, 100_000).Select(i => ids.Of(From + ((JobEngine.Noon - From) * (i / 99_999.0)))).ToList();
            Assert.Equal(made.Order(), made);
            Assert.Equal(100_000, made.Distinct().Count());
            Assert.All(made.Take(10), id => Assert.Equal(7, id.Value.Version));
            Assert.All(made.Take(10), id => Assert.InRange(id.Value.Variant, 8, 11));
            var stamp = request == "a name" ? JobEngine.Noon : now;
            Assert.StartsWith(stamp.ToUnixTimeMilliseconds().ToString("x12", null), made[^1].ToString().Replace("-", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    private static JobEngine Start(ScriptedFaults? faults = null)
    {
        var engine = new JobEngine(faults: faults).Handle("report").Start();
        engine.Register("report", "* * * * *");
        return engine;
    }

    private static BackfillResult Backfill(JobEngine engine, string? request) => engine.Get(() => engine.Client.BackfillAsync(
        JobEngine.Key("report"), From, JobEngine.Noon, false, "ann", request, CancellationToken.None));
}
