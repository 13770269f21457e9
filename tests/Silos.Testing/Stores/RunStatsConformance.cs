using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What every <see cref="IRunStats"/> must do. Derive once per implementation; add cases here.</summary>
public abstract class RunStatsConformance : StoreConformance
{
    private static readonly TenantId Other = TenantId.Parse("other");

    [Fact]
    public async Task Minutes_add_up()
    {
        await Store.Stats.AddAsync([ATally(0) with { Completed = 3, Failed = 1 }, ATally(1) with { Cancelled = 2 }], Cancelled);
        await Store.Stats.AddAsync([ATally(0) with { Completed = 4, Skipped = 5 }], Cancelled);

        var tallies = await Store.Stats.ReadAsync(TenantId.Default, Noon, Noon.AddMinutes(5), Cancelled);

        Assert.Equal(
            [(Noon, 7L, 1L, 0L, 5L), (Noon.AddMinutes(1), 0L, 0L, 2L, 0L)],
            tallies.Select(tally => (tally.Minute, tally.Completed, tally.Failed, tally.Cancelled, tally.Skipped)));
    }

    [Fact]
    public async Task Classes_of_durations_add_up_one_by_one()
    {
        await Store.Stats.AddAsync([ATally(0) with { Lateness = Histogram(0, 3, 700), Durations = Histogram(1_500) }], Cancelled);
        await Store.Stats.AddAsync([ATally(0) with { Lateness = Histogram(4), Durations = Histogram(90_000_000) }], Cancelled);

        var tally = Assert.Single(await Store.Stats.ReadAsync(TenantId.Default, Noon, Noon.AddMinutes(1), Cancelled));

        Assert.Equal(Histogram(0, 3, 4, 700).Counts, tally.Lateness.Counts);
        Assert.Equal(Histogram(1_500, 90_000_000).Counts, tally.Durations.Counts);
    }

    [Fact]
    public async Task A_tenant_reads_its_own_minutes_from_the_first_instant_to_before_the_last()
    {
        await Store.Stats.AddAsync([.. Enumerable.Range(0, 4).Select(minute => ATally(minute) with { Completed = minute + 1 })], Cancelled);
        await Store.Stats.AddAsync([ATally(1) with { Tenant = Other, Completed = 9 }], Cancelled);

        var own = await Store.Stats.ReadAsync(TenantId.Default, Noon.AddMinutes(1), Noon.AddMinutes(3), Cancelled);
        var other = await Store.Stats.ReadAsync(Other, Noon, Noon.AddMinutes(9), Cancelled);

        Assert.Equal([2L, 3L], own.Select(tally => tally.Completed));
        Assert.Equal(9L, Assert.Single(other).Completed);
    }

    [Fact]
    public async Task Pruning_deletes_the_oldest_minutes_of_all_tenants()
    {
        await Store.Stats.AddAsync([.. Enumerable.Range(0, 4).Select(minute => ATally(minute))], Cancelled);
        await Store.Stats.AddAsync([ATally(2) with { Tenant = Other }], Cancelled);

        Assert.Equal(1, await Store.Stats.PruneAsync(Noon.AddMinutes(3), 1, Cancelled));
        Assert.Equal(3, await Store.Stats.PruneAsync(Noon.AddMinutes(3), 100, Cancelled));
        Assert.Equal(0, await Store.Stats.PruneAsync(Noon.AddMinutes(3), 100, Cancelled));

        var left = await Store.Stats.ReadAsync(TenantId.Default, Noon, Noon.AddMinutes(9), Cancelled);
        Assert.Equal(Noon.AddMinutes(3), Assert.Single(left).Minute);
        Assert.Empty(await Store.Stats.ReadAsync(Other, Noon, Noon.AddMinutes(9), Cancelled));
    }

    [Fact]
    public async Task The_newest_runs_of_jobs_are_points_with_state_and_times()
    {
        var owner = await OpenAsync();
        var first = await EnqueueAndFinishAsync(owner, ARun(job: Key("a")));
        var second = await EnqueueAndFinishAsync(owner, ARun(job: Key("a")), RunState.Dead);
        var third = await EnqueueAndFinishAsync(owner, ARun(job: Key("a")));
        var other = await EnqueueAndFinishAsync(owner, ARun(job: Key("b")), RunState.Skipped);
        await EnqueueAndFinishAsync(owner, ARun(job: Key("not asked for")));
        await EnqueueAndFinishAsync(owner, ARun());
        await EnqueueAsync(owner, ARun(job: Key("a")));

        JobName[] jobs = [JobName.Parse("a"), JobName.Parse("b"), JobName.Parse("nothing ran")];
        var points = await Store.Stats.RecentAsync(TenantId.Default, jobs, 2, Cancelled);

        Assert.Equal([third.Id, second.Id], points.Where(point => point.Job == jobs[0]).Select(point => point.Run));
        Assert.Equal(
            new RunPoint(jobs[1], other.Id, RunState.Skipped, Noon.AddSeconds(1), Noon.AddSeconds(2)),
            Assert.Single(points, point => point.Job == jobs[1]));
        Assert.Equal(3, points.Count);
        Assert.DoesNotContain(points, point => point.Run == first.Id);
        Assert.Empty(await Store.Stats.RecentAsync(Other, jobs, 2, Cancelled));
    }

    private static RunTally ATally(int minute) => new() { Tenant = TenantId.Default, Minute = Noon.AddMinutes(minute) };

    private static DurationHistogram Histogram(params long[] milliseconds)
    {
        var counts = new long[DurationHistogram.Classes];
        foreach (var one in milliseconds)
        {
            counts[DurationHistogram.ClassOf(one)]++;
        }

        return DurationHistogram.FromCounts(counts);
    }
}
