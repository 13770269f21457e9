using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What every <see cref="IRunReader"/> must do. Derive once per implementation; add cases here.</summary>
public abstract partial class RunReaderConformance : StoreConformance
{
    private static readonly TenantId Other = TenantId.Parse("other");

    [Fact]
    public async Task Live_and_finished_runs_are_one_list_newest_first()
    {
        var runs = await SixRunsAsync();

        var listed = await Store.Reader.ListAsync(new RunQuery(TenantId.Default), Cancelled);

        Assert.Equal(runs.Reverse().Select(run => run.Id), listed.Select(run => run.Id));
        Assert.Equal(
            [RunState.Queued, RunState.Dead, RunState.Scheduled, RunState.Running, RunState.Completed, RunState.Queued],
            listed.Select(run => run.State));
        foreach (var run in listed)
        {
            Same((await DetailsAsync(run.Id)).Run, run);
        }
    }

    [Fact]
    public async Task Pages_by_key_and_by_offset_have_no_gaps()
    {
        var runs = (await SixRunsAsync()).Reverse().Select(run => run.Id).ToList();

        for (var size = 1; size <= 7; size++)
        {
            var byKey = new List<RunId>();
            RunId? before = null;
            IReadOnlyList<Run> page;
            do
            {
                page = await Store.Reader.ListAsync(new RunQuery(TenantId.Default, Before: before, Limit: size), Cancelled);
                Assert.True(page.Count <= size);
                byKey.AddRange(page.Select(run => run.Id));
                before = page.Count > 0 ? page[^1].Id : before;
            }
            while (page.Count > 0);
            Assert.Equal(runs, byKey);

            var byOffset = new List<RunId>();
            for (var offset = 0; offset < runs.Count; offset += size)
            {
                byOffset.AddRange((await Store.Reader.ListAsync(new RunQuery(TenantId.Default, Offset: offset, Limit: size), Cancelled)).Select(run => run.Id));
            }

            Assert.Equal(runs, byOffset);
        }
    }

    [Fact]
    public async Task A_tenant_sees_its_own_runs_only()
    {
        var runs = await SixRunsAsync();

        Assert.Empty(await Store.Reader.ListAsync(new RunQuery(Other), Cancelled));
        Assert.Equal(0, await Store.Reader.CountAsync(Other, null, Cancelled));
        Assert.Empty(await Store.Reader.QueueDepthsAsync(Other, Cancelled));
        var statistics = await Store.Reader.StatisticsAsync(Other, Cancelled);
        Assert.Equal((0L, 0L, 0L), (statistics.Total, statistics.Successful, statistics.Failed));
        Assert.Empty(statistics.ByJob);
        foreach (var run in runs)
        {
            Assert.Null(await Store.Reader.FindAsync(Other, run.Id, Cancelled));
        }

        Assert.Null(await Store.Reader.FindAsync(TenantId.Default, RunId.New(Noon), Cancelled));
    }

    [Fact]
    public async Task A_page_ends_with_the_run_that_fills_it()
    {
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 5).Select(i => ARun() with { Payload = i == 3 ? null : JsonText.From(new string('x', 98)) })];
        await EnqueueAsync(owner, runs);

        Assert.Equal([4], await ListedAsync(1));
        Assert.Equal([4], await ListedAsync(100));
        Assert.Equal([4, 3, 2], await ListedAsync(101));
        Assert.Equal([4, 3, 2, 1], await ListedAsync(201));
        Assert.Equal([4, 3], await ListedAsync(201, 2));
        Assert.Equal([4, 3, 2, 1, 0], await ListedAsync(10_000));

        async Task<IEnumerable<int>> ListedAsync(long text, int limit = 50) =>
            (await Store.Reader.ListAsync(new RunQuery(TenantId.Default, Limit: limit, MaxText: text), Cancelled))
                .Select(run => Array.FindIndex(runs, one => one.Id == run.Id)).ToList();
    }

    [Fact]
    public async Task Statistics_count_live_and_finished_runs_by_job_or_handler()
    {
        var owner = await OpenAsync();
        JobKey a = Key("a"), b = Key("b");
        await EnqueueAndFinishAsync(owner, ARun(job: a));
        await EnqueueAndFinishAsync(owner, ARun(job: a), RunState.Dead);
        await EnqueueAndFinishAsync(owner, ARun(job: b), RunState.Failed);
        await EnqueueAndFinishAsync(owner, ARun(job: b), RunState.Cancelled);
        await EnqueueAndFinishAsync(owner, ARun(), RunState.Skipped);
        await EnqueueAsync(owner, ARun(job: a));
        await Store.Runs.PostAsync([ARun()], Cancelled);

        var statistics = await Store.Reader.StatisticsAsync(TenantId.Default, Cancelled);

        Assert.Equal((7L, 2L, 3L), (statistics.Total, statistics.Successful, statistics.Failed));
        Assert.Equal(
            [("a", new JobStatistics(3, 1)), ("b", new JobStatistics(2, 2)), ("work", new JobStatistics(2, 0))],
            statistics.ByJob.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value)));
    }

    [Fact]
    public async Task Statistics_follow_deletions_and_retries()
    {
        var owner = await OpenAsync();
        NewRun deleted = ARun(job: Key("a")), retried = ARun(job: Key("a"));
        await EnqueueAsync(owner, deleted, retried);
        await FinishAsync(owner, AnEnd(deleted) with { Delete = true });
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(retried)] });
        await FinishAsync(owner, AnEnd(retried, 2), AnEnd(retried, 3));
        await EnqueueAndFinishAsync(owner, ARun(job: Key("a")), RunState.Dead);
        await EnqueueAndFinishAsync(owner, ARun(), RunState.Dead);

        await Store.Reader.PruneAsync(new PruneRule(Noon.AddHours(1), Failures: true, ExceptJobs: [Key("a")]), 10, Cancelled);

        var statistics = await Store.Reader.StatisticsAsync(TenantId.Default, Cancelled);
        Assert.Equal((2L, 1L, 1L), (statistics.Total, statistics.Successful, statistics.Failed));
        Assert.Equal(new JobStatistics(2, 1), Assert.Single(statistics.ByJob, entry => entry.Value.Total > 0).Value);
    }

    [Fact]
    public async Task Depths_tell_what_waits_and_runs_in_each_queue()
    {
        var owner = await OpenAsync();
        var mail = await OpenAsync("mail");
        var running = ARun();
        await EnqueueAsync(owner, ARun(enqueued: Noon.AddSeconds(2), due: Noon.AddSeconds(2)), running, ARun(due: Noon.AddHours(1)), ARun(due: Noon.AddHours(2)));
        await ClaimAsync(owner, 1, running);
        await EnqueueAndFinishAsync(owner);
        await Store.Runs.PostAsync([ARun(enqueued: Noon.AddSeconds(1), due: Noon.AddSeconds(1)), ARun(due: Noon.AddHours(1))], Cancelled);
        await EnqueueAsync(mail, ARun("mail", due: Noon.AddHours(1)));

        var depths = await Store.Reader.QueueDepthsAsync(TenantId.Default, Cancelled);
        Assert.Equal(depths, await Store.Reader.QueueDepthsAsync(null, Cancelled));

        Assert.Equal(
            [
                new QueueDepth(new QueueKey(TenantId.Default, QueueName.Default), 2, 3, 1, Noon.AddSeconds(1)),
                new QueueDepth(new QueueKey(TenantId.Default, QueueName.Parse("mail")), 0, 1, 0, null),
            ],
            depths.OrderBy(depth => depth.Queue.Name));
    }

    [Fact]
    public async Task What_has_executed_for_long_is_told_of_all_tenants_the_longest_first()
    {
        var owner = await OpenAsync();
        var mail = await OpenAsync("mail", tenant: Other.Value);
        var theirs = ARun("mail", job: new JobKey(Other, JobName.Parse("theirs")));
        var own = ARun(job: Key("own"), due: Noon.AddMinutes(-1)) with { OccurrenceAt = Noon.AddMinutes(-2) };
        NewRun plain = ARun(), ended = ARun(job: Key("ended")), retried = ARun(job: Key("retried")), late = ARun(job: Key("late"));
        await EnqueueAsync(owner, own, plain, ended, retried, late, ARun(job: Key("waiting")));
        await EnqueueAsync(mail, theirs);
        await CommitAsync(new()
        {
            Owner = owner,
            Now = Noon,
            Claims = [AClaim(1, own, plain, ended, retried), AClaim(5, late) with { StartedAt = Noon.AddMinutes(1) }],
        });
        await CommitAsync(new() { Owner = mail, Now = Noon, Claims = [AClaim(1, theirs) with { StartedAt = Noon }] });
        await CommitAsync(new() { Owner = owner, Now = Noon, Finished = [AnEnd(ended, 3)], Requeued = [ARetry(retried, 4)] });
        await Store.Runs.PostAsync([ARun(job: Key("posted"))], Cancelled);

        var executing = await Store.Reader.ExecutingSinceAsync(Noon.AddMinutes(1), 10, Cancelled);

        Assert.Equal(
            [
                new ExecutingRun(new JobKey(Other, JobName.Parse("theirs")), theirs.Id, Noon, Noon),
                new ExecutingRun(Key("own"), own.Id, Noon.AddMinutes(-2), Noon.AddSeconds(1)),
            ],
            executing);
        Assert.Equal(executing.Take(1), await Store.Reader.ExecutingSinceAsync(Noon.AddMinutes(1), 1, Cancelled));
        Assert.Empty(await Store.Reader.ExecutingSinceAsync(Noon, 10, Cancelled));
    }

    [Fact]
    public async Task A_queue_without_unfinished_runs_has_no_depth()
    {
        await EnqueueAndFinishAsync(await OpenAsync());
        Assert.Empty(await Store.Reader.QueueDepthsAsync(TenantId.Default, Cancelled));
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task Pruning_deletes_old_runs_of_one_outcome_with_what_belongs_to_them(bool failures, int expected)
    {
        var owner = await OpenAsync();
        var claimed = ARun();
        await EnqueueAsync(owner, claimed);
        await ClaimAsync(owner, 1, claimed);
        await Store.Journal.AppendAsync(
            [
                new JournalEntry(owner, claimed.Tenant, claimed.Id, 1)
                {
                    Steps = [new RunStep("s", "completed", null, null, 0, Noon)],
                    Log = [new RunLogLine(1, Noon, "information", "x", 1)],
                },
            ],
            Cancelled);
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(claimed)] });
        await FinishAsync(owner, AnEnd(claimed, 2, failures ? RunState.Dead : RunState.Completed));
        var skipped = await EnqueueAndFinishAsync(owner, state: RunState.Skipped);
        var opposite = await EnqueueAndFinishAsync(owner, state: failures ? RunState.Completed : RunState.Failed);
        var young = await EnqueueAndFinishAsync(owner, state: failures ? RunState.Dead : RunState.Completed, ended: Noon.AddSeconds(10));
        var live = ARun();
        await EnqueueAsync(owner, live);

        var deleted = await Store.Reader.PruneAsync(new PruneRule(Noon.AddSeconds(10), failures), 100, Cancelled);

        Assert.Equal(expected, deleted);
        Assert.Null(await Store.Reader.FindAsync(claimed.Tenant, claimed.Id, Cancelled));
        Assert.Empty(await Store.Journal.ReadStepsAsync(claimed.Id, Cancelled));
        Assert.Equal(0, await Store.Journal.LastSequenceAsync(claimed.Id, Cancelled));
        Assert.Equal(
            failures ? [live.Id, young.Id, opposite.Id, skipped.Id] : [live.Id, young.Id, opposite.Id],
            (await Store.Reader.ListAsync(new RunQuery(TenantId.Default), Cancelled)).Select(run => run.Id));
        Assert.Equal(0, await Store.Reader.PruneAsync(new PruneRule(Noon.AddSeconds(10), failures), 100, Cancelled));
    }

    [Fact]
    public async Task Pruning_keeps_to_its_limit_and_to_the_named_jobs()
    {
        var owner = await OpenAsync();
        foreach (var name in (string?[])["a", "a", "b", "c", null])
        {
            await EnqueueAndFinishAsync(owner, ARun(job: name is null ? null : Key(name)));
        }

        async Task<IEnumerable<string?>> LeftAsync() =>
            (await Store.Reader.ListAsync(new RunQuery(TenantId.Default), Cancelled)).Select(run => run.Job?.Value).Order();

        Assert.Equal(1, await Store.Reader.PruneAsync(new PruneRule(Noon.AddHours(1), false, Job: Key("a")), 1, Cancelled));
        Assert.Equal([null, "a", "b", "c"], await LeftAsync());
        Assert.Equal(0, await Store.Reader.PruneAsync(new PruneRule(Noon.AddHours(1), false, Job: new JobKey(Other, JobName.Parse("a"))), 9, Cancelled));
        Assert.Equal(
            2, await Store.Reader.PruneAsync(new PruneRule(Noon.AddHours(1), false, ExceptJobs: [Key("a"), Key("b"), new JobKey(Other, JobName.Parse("c"))]), 9, Cancelled));
        Assert.Equal(["a", "b"], await LeftAsync());
    }

    [Fact]
    public async Task Pruning_by_number_keeps_the_newest_of_a_job_whatever_their_age()
    {
        var owner = await OpenAsync();
        var runs = new List<NewRun>();
        foreach (var state in (RunState[])[RunState.Completed, RunState.Dead, RunState.Completed, RunState.Completed, RunState.Failed])
        {
            runs.Add(await EnqueueAndFinishAsync(owner, ARun(job: Key("a")), state));
        }

        var other = await EnqueueAndFinishAsync(owner, ARun(job: Key("b")));
        var live = ARun(job: Key("a"));
        await EnqueueAsync(owner, live);
        var rule = new PruneRule(Noon, Failures: false, Job: Key("a"), KeepNewest: 2);

        Assert.Equal(1, await Store.Reader.PruneAsync(rule, 1, Cancelled));
        Assert.Null(await Store.Reader.FindAsync(TenantId.Default, runs[0].Id, Cancelled));
        Assert.Equal(2, await Store.Reader.PruneAsync(rule, 100, Cancelled));
        Assert.Equal(0, await Store.Reader.PruneAsync(rule, 100, Cancelled));

        Assert.Equal(
            [live.Id, other.Id, runs[4].Id, runs[3].Id],
            (await Store.Reader.ListAsync(new RunQuery(TenantId.Default), Cancelled)).Select(run => run.Id));
    }

    /// <summary>Oldest first: queued, completed, running, scheduled after a retry, dead, in the inbox.</summary>
    private async Task<NewRun[]> SixRunsAsync()
    {
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 6).Select(_ => ARun())];
        await EnqueueAsync(owner, runs[..5]);
        await ClaimAsync(owner, 1, runs[1..5]);
        await CommitAsync(new()
        {
            Owner = owner,
            Now = Noon,
            Finished = [AnEnd(runs[1], 1), AnEnd(runs[4], 4, RunState.Dead)],
            Requeued = [ARetry(runs[3], 3)],
        });
        await Store.Runs.PostAsync([runs[5]], Cancelled);
        return runs;
    }
}
