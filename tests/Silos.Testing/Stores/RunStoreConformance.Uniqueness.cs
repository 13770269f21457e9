using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

public abstract partial class RunStoreConformance
{
    [Theory]
    [InlineData(DuplicateMode.ReturnExisting, EnqueueKind.Existing, false)]
    [InlineData(DuplicateMode.ReturnExisting, EnqueueKind.Existing, true)]
    [InlineData(DuplicateMode.Throttle, EnqueueKind.Existing, false)]
    [InlineData(DuplicateMode.Throttle, EnqueueKind.Existing, true)]
    [InlineData(DuplicateMode.Reject, EnqueueKind.Rejected, false)]
    [InlineData(DuplicateMode.Reject, EnqueueKind.Rejected, true)]
    public async Task A_taken_key_makes_no_second_run_and_its_window_is_not_extended(DuplicateMode mode, EnqueueKind expected, bool post)
    {
        var owner = await OpenAsync();
        var first = Unique("k 'n' %", Noon.AddSeconds(10));
        Assert.Equal(new EnqueueOutcome(EnqueueKind.Accepted, first.Id), await AskAsync(owner, first, Noon, post));

        var second = Unique("k 'n' %", Noon.AddHours(1), mode);
        Assert.Equal(new EnqueueOutcome(expected, first.Id), await AskAsync(owner, second, Noon.AddSeconds(10).AddMilliseconds(-1), post));
        Assert.Null(await Store.Reader.FindAsync(second.Tenant, second.Id, Cancelled));

        var third = Unique("k 'n' %", Noon.AddHours(1), mode);
        Assert.Equal(new EnqueueOutcome(EnqueueKind.Accepted, third.Id), await AskAsync(owner, third, Noon.AddSeconds(10), post));
        Assert.Equal(
            new EnqueueOutcome(expected, third.Id), await AskAsync(owner, Unique("k 'n' %", Noon.AddHours(9), mode), Noon.AddSeconds(11), post));
    }

    [Fact]
    public async Task Keys_whose_window_is_over_are_pruned_and_others_are_not()
    {
        var owner = await OpenAsync();
        await AskAsync(owner, Unique("a", Noon.AddSeconds(10)), Noon, post: true);
        await AskAsync(owner, Unique("b", Noon.AddSeconds(11)), Noon, post: true);
        await AskAsync(owner, Unique("c", Noon.AddSeconds(12)), Noon, post: true);

        Assert.Equal(0, await Store.Reader.PruneKeysAsync(Noon.AddSeconds(10).AddMilliseconds(-1), 9, Cancelled));
        Assert.Equal(1, await Store.Reader.PruneKeysAsync(Noon.AddSeconds(11), 1, Cancelled));
        Assert.Equal(1, await Store.Reader.PruneKeysAsync(Noon.AddSeconds(11), 9, Cancelled));
        Assert.Equal(
            EnqueueKind.Rejected, (await AskAsync(owner, Unique("c", Noon.AddHours(1), DuplicateMode.Reject), Noon.AddSeconds(11), post: true)).Kind);
    }

    [Fact]
    public async Task A_key_belongs_to_its_tenant()
    {
        var owner = await OpenAsync();
        await AskAsync(owner, Unique("k", Noon.AddHours(1)), Noon, post: true);

        var other = Unique("k", Noon.AddHours(1)) with { Tenant = TenantId.Parse("acme") };
        Assert.Equal(EnqueueKind.Accepted, (await AskAsync(owner, other, Noon, post: true)).Kind);
        Assert.Equal(EnqueueKind.Accepted, (await AskAsync(owner, Unique("K", Noon.AddHours(1)), Noon, post: true)).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_outlives_its_run_for_as_long_as_its_window(bool delete)
    {
        var owner = await OpenAsync();
        var first = Unique("k", Noon.AddHours(1));
        await AskAsync(owner, first, Noon, post: false);
        await FinishAsync(owner, AnEnd(first) with { Delete = delete });

        Assert.Equal(
            new EnqueueOutcome(EnqueueKind.Existing, first.Id), await AskAsync(owner, Unique("k", Noon.AddHours(2)), Noon.AddMinutes(1), post: false));
        Assert.Equal(
            new EnqueueOutcome(EnqueueKind.Repeated, first.Id),
            Assert.Single((await CommitAsync(new() { Owner = owner, Now = Noon, MayRepeat = true, Enqueues = [first] })).Enqueues));
        Assert.Equal([new EnqueueOutcome(EnqueueKind.Repeated, first.Id)], await Store.Runs.PostAsync([first], Cancelled));
    }

    /// <summary>Ids are one over all tenants: what a run leaves behind is filed under its id alone.</summary>
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    public async Task The_id_of_another_tenants_run_makes_no_run_and_leaves_that_one_as_it_is(bool post, bool unique, bool live)
    {
        var acme = TenantId.Parse("acme");
        var owner = await OpenAsync("mail", tenant: "acme");
        var theirs = ARun("mail") with { Tenant = acme };
        await EnqueueAsync(owner, theirs);
        await ClaimAsync(owner, 1, theirs);
        var line = new RunLogLine(1, Noon, "info", "theirs alone", 1);
        Assert.Empty(await Store.Journal.AppendAsync(
            [new JournalEntry(owner, acme, theirs.Id, 1) { Log = [line], Steps = [new RunStep("theirs", "completed", null, null, 0, Noon)] }], Cancelled));
        if (!live)
        {
            await FinishAsync(owner, AnEnd(theirs));
        }

        var mine = (unique ? Unique("k", Noon.AddHours(1)) : ARun()) with { Id = theirs.Id };
        var own = await OpenAsync(owner: "beta");
        var outcome = post
            ? Assert.Single(await Store.Runs.PostAsync([mine], Cancelled))
            : Assert.Single((await CommitAsync(new() { Owner = own, Now = Noon, MayRepeat = true, Enqueues = [mine] })).Enqueues);

        Assert.Equal(new EnqueueOutcome(EnqueueKind.Repeated, theirs.Id), outcome);
        Assert.Null(await Store.Reader.FindAsync(mine.Tenant, mine.Id, Cancelled));
        Assert.Empty(await Store.Reader.ReadLogAsync(mine.Tenant, mine.Id, 0, 10, Cancelled));
        Assert.Empty(await Store.Runs.AdoptAsync([own], Noon, 10, Cancelled));
        Assert.Empty(await ReadyAsync());
        Assert.Equal([line], await Store.Reader.ReadLogAsync(acme, theirs.Id, 0, 10, Cancelled));
        Assert.Single(Assert.IsType<RunDetails>(await Store.Reader.FindAsync(acme, theirs.Id, Cancelled)).Steps);
    }

    [Fact]
    public async Task A_key_taken_earlier_in_the_same_batch_is_taken()
    {
        var owner = await OpenAsync();
        NewRun first = Unique("k", Noon.AddHours(1)), second = Unique("k", Noon.AddHours(1)), posted = Unique("p", Noon.AddHours(1));

        var committed = await EnqueueAsync(owner, first, second, ARun());
        var asked = await Store.Runs.PostAsync([posted, Unique("p", Noon.AddHours(1))], Cancelled);

        Assert.Equal([EnqueueKind.Accepted, EnqueueKind.Existing, EnqueueKind.Accepted], committed.Enqueues.Select(outcome => outcome.Kind));
        Assert.Equal(first.Id, committed.Enqueues[1].Id);
        Assert.Equal([EnqueueKind.Accepted, EnqueueKind.Existing], asked.Select(outcome => outcome.Kind));
        Assert.Equal(posted.Id, asked[1].Id);
    }

    [Fact]
    public async Task Of_sixteen_simultaneous_enqueues_with_one_key_one_is_accepted()
    {
        var owner = await OpenAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            async () => await AskAsync(owner, Unique("k", Noon.AddHours(1)), Noon, post: i % 2 == 0))));

        var accepted = Assert.Single(outcomes, outcome => outcome.Kind == EnqueueKind.Accepted);
        Assert.All(outcomes, outcome => Assert.Equal(accepted.Id, outcome.Id));
        Assert.Equal(1, await Store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }

    [Fact]
    public async Task A_waiting_run_is_given_the_new_payload_and_due_time_and_the_window_begins_anew()
    {
        var owner = await OpenAsync();
        NewRun queued = Unique("queued", Noon.AddSeconds(10)), scheduled = Unique("scheduled", Noon.AddSeconds(10)) with { DueAt = Noon.AddSeconds(5) };
        await EnqueueAsync(owner, queued, scheduled);

        foreach (var run in (NewRun[])[queued, scheduled])
        {
            var replacement = Replacement(run.Unique!.Key, Noon.AddSeconds(60)) with { DueAt = Noon.AddSeconds(30) };
            Assert.Equal(new EnqueueOutcome(EnqueueKind.Replaced, run.Id), await AskAsync(owner, replacement, Noon.AddSeconds(1), post: false));
        }

        Assert.Empty(await ReadyAsync());
        var promoted = await Store.Runs.PromoteAsync(owner, Noon.AddSeconds(30), 10, Cancelled);
        Assert.Equal(new[] { queued.Id, scheduled.Id }, promoted.Select(run => run.Id));
        Assert.All(promoted, run => Assert.Equal("\"new\"", run.Request.Payload?.Text));
        Assert.Equal(EnqueueKind.Replaced, (await AskAsync(owner, Replacement("queued", Noon.AddSeconds(90)), Noon.AddSeconds(59), post: false)).Kind);
        Assert.Equal(2, await Store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }

    [Fact]
    public async Task A_replacement_that_is_due_now_makes_a_scheduled_run_ready()
    {
        var owner = await OpenAsync();
        var run = Unique("k", Noon.AddSeconds(10)) with { DueAt = Noon.AddSeconds(5) };
        await EnqueueAsync(owner, run);

        await AskAsync(owner, Replacement("k", Noon.AddSeconds(10)), Noon, post: false);

        Assert.Equal([run.Id], await ReadyAsync());
    }

    [Fact]
    public async Task A_replacement_by_somebody_else_reaches_the_inbox_and_scheduled_runs()
    {
        var owner = await OpenAsync();
        NewRun inbox = Unique("inbox", Noon.AddSeconds(10)), scheduled = Unique("scheduled", Noon.AddSeconds(10)) with { DueAt = Noon.AddSeconds(50) };
        await EnqueueAsync(owner, scheduled);
        await Store.Runs.PostAsync([inbox], Cancelled);

        foreach (var run in (NewRun[])[inbox, scheduled])
        {
            var replacement = Replacement(run.Unique!.Key, Noon.AddSeconds(60)) with { DueAt = Noon.AddSeconds(30) };
            Assert.Equal(new EnqueueOutcome(EnqueueKind.Replaced, run.Id), await AskAsync(owner, replacement, Noon, post: true));
        }

        // Whether it stayed where it was or went back to the inbox, its owner hears of the new time.
        await Store.Runs.AdoptAsync([owner], Noon, 10, Cancelled);
        Assert.Equal(Noon.AddSeconds(30), await Store.Runs.NextScheduledAsync(owner.Partition, Cancelled));
        var promoted = await Store.Runs.PromoteAsync(owner, Noon.AddSeconds(30), 10, Cancelled);
        Assert.Equal(new[] { inbox.Id, scheduled.Id }.Order(), promoted.Select(run => run.Id).Order());
        Assert.All(promoted, run => Assert.Equal("\"new\"", run.Request.Payload?.Text));
    }

    [Fact]
    public async Task A_queued_run_is_replaced_by_its_owner_only()
    {
        var owner = await OpenAsync();
        var run = Unique("k", Noon.AddSeconds(10));
        await EnqueueAsync(owner, run);
        var replacement = Replacement("k", Noon.AddSeconds(60));

        Assert.Equal(new EnqueueOutcome(EnqueueKind.Accepted, replacement.Id), await AskAsync(owner, replacement, Noon, post: true));

        Assert.Null((await RunAsync(run)).Payload);
        Assert.Equal(
            new EnqueueOutcome(EnqueueKind.Existing, replacement.Id), await AskAsync(owner, Unique("k", Noon.AddHours(1)), Noon.AddSeconds(59), post: true));
    }

    [Fact]
    public async Task What_has_started_ended_or_is_wanted_cancelled_is_not_replaced()
    {
        var owner = await OpenAsync();
        NewRun running = Unique("running", Noon.AddHours(1)), retried = Unique("retried", Noon.AddHours(1)),
            ended = Unique("ended", Noon.AddHours(1)), unwanted = Unique("unwanted", Noon.AddHours(1));
        await EnqueueAsync(owner, running, retried, ended, unwanted);
        await ClaimAsync(owner, 1, running);
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(retried)] });
        await FinishAsync(owner, AnEnd(ended));
        await Store.Runs.RequestCancelAsync(unwanted.Tenant, unwanted.Id, Stop, Cancelled);

        foreach (var run in (NewRun[])[running, retried, ended, unwanted])
        {
            var replacement = Replacement(run.Unique!.Key, Noon.AddHours(1));
            Assert.Equal(new EnqueueOutcome(EnqueueKind.Accepted, replacement.Id), await AskAsync(owner, replacement, Noon, post: false));
            Assert.Null((await RunAsync(run)).Payload);
            Assert.Equal(
                new EnqueueOutcome(EnqueueKind.Existing, replacement.Id),
                await AskAsync(owner, Unique(run.Unique!.Key, Noon.AddHours(1)), Noon, post: false));
        }
    }

    [Fact]
    public async Task A_run_claimed_in_the_same_batch_is_not_replaced()
    {
        var owner = await OpenAsync();
        var run = Unique("k", Noon.AddHours(1));
        await EnqueueAsync(owner, run);
        var replacement = Replacement("k", Noon.AddHours(1));

        var result = await CommitAsync(new() { Owner = owner, Now = Noon, Claims = [AClaim(1, run)], Enqueues = [replacement] });

        Assert.Equal([new EnqueueOutcome(EnqueueKind.Accepted, replacement.Id)], result.Enqueues);
        Assert.Null((await RunAsync(run)).Payload);
    }

    [Fact]
    public async Task A_run_that_waits_in_another_queue_is_not_replaced()
    {
        var owner = await OpenAsync();
        var mail = await OpenAsync("mail");
        var run = Unique("k", Noon.AddHours(1));
        await EnqueueAsync(owner, run);
        var replacement = Replacement("k", Noon.AddHours(1)) with { Queue = Queues.QueueName.Parse("mail") };

        Assert.Equal(new EnqueueOutcome(EnqueueKind.Accepted, replacement.Id), await AskAsync(mail, replacement, Noon, post: false));
        Assert.Null((await RunAsync(run)).Payload);
    }

    private static NewRun Unique(string key, DateTimeOffset until, DuplicateMode mode = DuplicateMode.ReturnExisting) =>
        ARun() with { Unique = new Uniqueness(key, until, mode) };

    private static NewRun Replacement(string key, DateTimeOffset until) =>
        Unique(key, until, DuplicateMode.Replace) with { Payload = JsonText.Parse("\"new\"") };

    /// <summary>Asks for a run at an instant, as the owner or as somebody else.</summary>
    private async Task<EnqueueOutcome> AskAsync(PartitionEpoch owner, NewRun run, DateTimeOffset now, bool post)
    {
        var asked = run with { EnqueuedAt = now, DueAt = run.DueAt < now ? now : run.DueAt };
        return post
            ? Assert.Single(await Store.Runs.PostAsync([asked], Cancelled))
            : Assert.Single((await CommitAsync(new() { Owner = owner, Now = now, Enqueues = [asked] })).Enqueues);
    }
}
