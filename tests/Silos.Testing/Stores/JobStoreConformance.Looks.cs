using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <content>What pages ask for.</content>
public abstract partial class JobStoreConformance
{
    [Fact]
    public async Task The_jobs_of_a_tenant_that_are_due_next_are_listed_whatever_others_have()
    {
        await SaveJobAsync("b", nextDue: Noon.AddSeconds(2));
        await SaveJobAsync("a", nextDue: Noon.AddSeconds(2), change: job => job with { WakeAt = Noon });
        await SaveJobAsync("z first", nextDue: Noon.AddSeconds(1));
        await SaveJobAsync("last", nextDue: Noon.AddDays(400));
        await SaveJobAsync("wakes only", change: job => job with { WakeAt = Noon });
        await SaveJobAsync("theirs", tenant: "other", nextDue: Noon);
        await SaveJobAsync("paused", nextDue: Noon, change: job => job with { Pause = new Pause("ann", null, Noon) });
        await SaveJobAsync("disabled", nextDue: Noon, change: job => job with { Definition = job.Definition with { Enabled = false } });

        var next = await Store.Jobs.ListNextAsync(TenantId.Default, 10, Cancelled);

        Assert.Equal(["z first", "a", "b", "last"], next.Select(job => job.Key.Name.Value));
        Same(next[0], await JobAsync(Key("z first")));
        Assert.Equal(["z first", "a"], (await Store.Jobs.ListNextAsync(TenantId.Default, 2, Cancelled)).Select(job => job.Key.Name.Value));
        Assert.Empty(await Store.Jobs.ListNextAsync(TenantId.Parse("nobody"), 2, Cancelled));
    }

    [Fact]
    public async Task The_jobs_of_a_tenant_that_fail_in_a_row_or_are_paused_are_listed()
    {
        var owner = await OpenAsync();
        foreach (var (name, failures) in new[] { ("once", 1), ("thrice", 3), ("well", 0) })
        {
            var job = await SaveJobAsync(name);
            for (var i = 0; i < failures; i++)
            {
                var run = ARun(job: job.Key);
                await EnqueueAsync(owner, run);
                await FinishAsync(owner, AnEnd(run, state: RunState.Dead));
            }
        }

        await SaveJobAsync("b paused", change: job => job with { Pause = new Pause("ann", "why", Noon) });
        await SaveJobAsync("a paused", change: job => job with { Pause = new Pause("ann", null, Noon) });
        await SaveJobAsync("theirs", tenant: "other", change: job => job with { Pause = new Pause("ann", null, Noon) });

        var troubled = await Store.Jobs.ListTroubledAsync(TenantId.Default, 10, Cancelled);

        Assert.Equal(["thrice", "once", "a paused", "b paused"], troubled.Select(job => job.Key.Name.Value));
        Same(troubled[3], await JobAsync(Key("b paused")));
        Assert.Equal(["thrice"], (await Store.Jobs.ListTroubledAsync(TenantId.Default, 1, Cancelled)).Select(job => job.Key.Name.Value));
    }

    [Fact]
    public async Task Decisions_are_counted_by_day_and_verdict_and_ranges_with_their_last_day()
    {
        var midnight = new DateTimeOffset(Noon.UtcDateTime.Date, TimeSpan.Zero);
        var job = await SaveJobAsync();
        var other = await SaveJobAsync("other");
        await PlanAsync(APlan(job) with
        {
            Occurrences =
            [
                new(midnight.AddMilliseconds(-1), Verdict.Missed),
                new(midnight, Verdict.Missed),
                new(midnight.AddHours(1), Verdict.Superseded),
                new(midnight.AddDays(1).AddMilliseconds(-1), Verdict.Missed),
                new(midnight.AddDays(1), Verdict.Missed, Until: midnight.AddDays(3).AddMilliseconds(-1), Count: 200),
                new(midnight.AddDays(4), Verdict.SkippedPaused, Until: midnight.AddDays(4).AddHours(1), Count: 7),
            ],
        });
        await PlanAsync(APlan(other) with { Occurrences = [new(midnight, Verdict.Missed)] });

        Assert.Equal(
            [
                new OccurrenceCount(midnight, midnight, Verdict.Missed, 2),
                new OccurrenceCount(midnight, midnight, Verdict.Superseded, 1),
                new OccurrenceCount(midnight.AddDays(1), midnight.AddDays(2), Verdict.Missed, 200),
            ],
            (await Store.Jobs.CountOccurrencesAsync(job.Key, midnight, midnight.AddDays(4), Cancelled)).OrderBy(count => count.Day).ThenBy(count => count.Verdict.ToString(), StringComparer.Ordinal));
        Assert.Equal(
            [-1, 4], (await Store.Jobs.CountOccurrencesAsync(job.Key, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Cancelled))
                .Select(count => (count.Day - midnight).Days).Where(day => day is < 0 or > 3));
        Assert.Empty(await Store.Jobs.CountOccurrencesAsync(Key("nobody"), midnight, midnight.AddDays(4), Cancelled));
    }
}
