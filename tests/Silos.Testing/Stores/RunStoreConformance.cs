using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What every <see cref="IRunStore"/> must do. Derive once per implementation; add cases here.</summary>
public abstract partial class RunStoreConformance : StoreConformance
{
    private static readonly CancelRequest Stop = new("ann", "enough “now”", Noon.AddMilliseconds(9));

    /// <summary>A run in which nothing is at its default.</summary>
    private static NewRun AFullRun() => ARun("mail", priority: 12, due: Noon.AddMilliseconds(-1)) with
    {
        Handler = "send ' \" %",
        Payload = JsonText.Parse("""{ "z": 1.0,  "to": "ann@example.org — “ü” 日本語 🚀", "nul": "\u0000" }"""),
        EnqueuedAt = Noon.AddMilliseconds(1),
        Job = JobName.Parse("nightly ü"),
        OccurrenceAt = Noon.AddMilliseconds(-2),
        MaxAttempts = 7,
        RequestedBy = "key:ci",
        Options = new RunOptions
        {
            Timeout = TimeSpan.FromMilliseconds(1234),
            Retry = new RetryPolicy { Coefficient = 1.5 },
            ConcurrencyKey = "customer-1",
            ConcurrencyLimit = 2,
            JobLimit = 3,
            DeleteOnSuccess = true,
            WakeJob = true,
            TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            Name = "welcome",
            Description = "a mail",
            Tags = ["a", "b"],
            Metadata = JsonText.Parse("""{"k":  "v"}"""),
            ReplayOf = RunId.New(Noon),
        },
    };

    [Fact]
    public async Task A_run_comes_back_as_it_was_asked_for()
    {
        var owner = await OpenAsync("mail");
        NewRun full = AFullRun(), posted = AFullRun() with { Priority = 11 };
        await EnqueueAsync(owner, full);
        await Store.Runs.PostAsync([posted], Cancelled);
        Assert.Equal(posted.Id, Assert.Single(await Store.Runs.AdoptAsync([owner], Noon, 10, Cancelled)).Id);

        var ready = await Store.Runs.ReadReadyAsync(new QueueKey(full.Tenant, full.Queue), null, 10, Cancelled);

        Same([new PendingRun { Request = full, State = RunState.Queued }, new PendingRun { Request = posted, State = RunState.Queued }], ready);
    }

    [Fact]
    public async Task A_long_payload_and_a_long_error_come_back_whole()
    {
        var owner = await OpenAsync();
        var run = ARun() with { Payload = JsonText.From(new string('ü', 500_000)) };
        await EnqueueAsync(owner, run);
        var error = new RunError("T", new string('m', 4_000), new string('s', 16_000));

        await FinishAsync(owner, AnEnd(run, state: RunState.Failed) with { Error = error, Result = JsonText.From(new string('r', 100_000)) });

        var found = await RunAsync(run);
        Assert.Equal(run.Payload, found.Payload);
        Assert.Equal(error, found.Error);
        Assert.Equal(JsonText.From(new string('r', 100_000)), found.Result);
    }

    [Fact]
    public async Task A_new_partition_is_empty_and_every_opening_raises_the_epoch()
    {
        var first = await ReopenAsync();
        var second = await ReopenAsync();

        Assert.True(first.Epoch > 0);
        Assert.True(second.Epoch > first.Epoch);
        Assert.Null(first.HeldUntil);
        Assert.Empty(first.OpenAttempts);
        Assert.Empty(first.Queues);
        Assert.Null(first.NextScheduled);
    }

    [Fact]
    public async Task A_partition_under_a_valid_lease_is_not_taken_from_its_owner()
    {
        var lease = Noon.AddSeconds(10);
        var held = await OpenSharedAsync("a", Noon, lease);
        var owner = new PartitionEpoch(3, held.Epoch);

        var refused = await OpenSharedAsync("b", lease.AddMilliseconds(-1), lease.AddSeconds(10));
        Assert.Equal((0, lease, "a"), (refused.Epoch, refused.HeldUntil, refused.HeldBy));

        Assert.Equal([owner], await Store.Runs.RenewAsync([owner], lease.AddSeconds(5), Cancelled));
        Assert.Equal(lease.AddSeconds(5), (await OpenSharedAsync("b", lease, lease.AddSeconds(10))).HeldUntil);

        var taken = await OpenSharedAsync("b", lease.AddSeconds(5), lease.AddSeconds(15));
        Assert.True(taken.Epoch > held.Epoch);
        Assert.Empty(await Store.Runs.RenewAsync([owner], lease.AddSeconds(60), Cancelled));
        Assert.Equal(lease.AddSeconds(15), (await OpenSharedAsync("a", lease.AddSeconds(6), lease.AddSeconds(60))).HeldUntil);
    }

    [Fact]
    public async Task Its_own_lease_keeps_nobody_out_nor_does_one_in_an_exclusive_store()
    {
        var first = await OpenSharedAsync("a", Noon, Noon.AddSeconds(10));
        var again = await OpenSharedAsync("a", Noon.AddSeconds(1), Noon.AddSeconds(11));
        Assert.Equal(first.Epoch + 1, again.Epoch);

        var exclusive = await Store.Runs.OpenPartitionAsync(3, "b", Noon.AddSeconds(2), Noon.AddSeconds(12), exclusive: true, Cancelled);
        Assert.Equal(again.Epoch + 1, exclusive.Epoch);
    }

    [Fact]
    public async Task A_released_partition_can_be_taken_at_once()
    {
        var held = await OpenSharedAsync("a", Noon, Noon.AddSeconds(10));
        await Store.Runs.ReleaseAsync([new PartitionEpoch(3, held.Epoch - 1)], Cancelled);
        Assert.Equal(0, (await OpenSharedAsync("b", Noon, Noon.AddSeconds(10))).Epoch);

        await Store.Runs.ReleaseAsync([new PartitionEpoch(3, held.Epoch)], Cancelled);
        Assert.True((await OpenSharedAsync("b", Noon, Noon.AddSeconds(10))).Epoch > held.Epoch);
    }

    [Fact]
    public async Task Of_many_leases_those_still_held_are_renewed()
    {
        List<PartitionEpoch> owners = [];
        foreach (var partition in (int[])[0, 1, 31])
        {
            var opening = await Store.Runs.OpenPartitionAsync(partition, "a", Noon, Noon.AddSeconds(1), exclusive: false, Cancelled);
            owners.Add(new PartitionEpoch(partition, opening.Epoch));
        }

        await Store.Runs.OpenPartitionAsync(1, "a", Noon, Noon.AddSeconds(1), exclusive: false, Cancelled);

        var held = await Store.Runs.RenewAsync(owners, Noon.AddSeconds(30), Cancelled);

        Assert.Equal([owners[0], owners[2]], held.OrderBy(owner => owner.Partition));
        Assert.Empty(await Store.Runs.RenewAsync([], Noon, Cancelled));
        await Store.Runs.ReleaseAsync([], Cancelled);
    }

    [Fact]
    public async Task Of_sixteen_simultaneous_owners_one_gets_the_partition()
    {
        var openings = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            async () => await OpenSharedAsync($"owner-{i}", Noon, Noon.AddSeconds(10)))));

        Assert.Single(openings, opening => opening.Epoch > 0);
    }

    [Fact]
    public async Task An_opening_tells_of_queues_and_of_the_next_scheduled_run()
    {
        var owner = await OpenAsync("mail");
        var second = Enumerable.Range(0, 1_000).Select(i => $"q{i}").First(name => Partitions.Of("default", name) == owner.Partition);
        var third = Enumerable.Range(0, 1_000).Select(i => $"s{i}").First(name => Partitions.Of("default", name) == owner.Partition);
        await EnqueueAsync(
            owner, ARun("mail"), ARun("mail"), ARun(second), ARun(third, due: Noon.AddMinutes(9)), ARun(third, due: Noon.AddMinutes(8)));

        var opening = await ReopenAsync("mail");

        Assert.Equal(new[] { "mail", second }.Order(StringComparer.Ordinal), opening.Queues.Select(queue => queue.Name.Value).Order(StringComparer.Ordinal));
        Assert.Equal(Noon.AddMinutes(8), opening.NextScheduled);
        Assert.Equal(Noon.AddMinutes(8), await Store.Runs.NextScheduledAsync(owner.Partition, Cancelled));
        Assert.Null(await Store.Runs.NextScheduledAsync((owner.Partition + 1) % Partitions.Count, Cancelled));
        Assert.Empty(opening.OpenAttempts);
    }

    [Fact]
    public async Task An_opening_tells_of_attempts_whose_outcome_nobody_recorded()
    {
        var owner = await OpenAsync();
        NewRun ended = ARun(), requeued = ARun(), open = ARun();
        await EnqueueAsync(owner, ended, requeued, open);
        var claim = await ClaimAsync(owner, 5, ended, requeued, open);
        await CommitAsync(new() { Owner = owner, Now = Noon, Finished = [AnEnd(ended, 5)], Requeued = [ARetry(requeued, 6)] });
        await Store.Runs.RequestCancelAsync(open.Tenant, open.Id, Stop, Cancelled);

        var attempt = Assert.Single((await ReopenAsync()).OpenAttempts);

        Same(
            new OpenAttempt(
                new PendingRun { Request = open, State = RunState.Queued, Cancel = Stop }, claim.Id, "worker-1", 7, claim.StartedAt),
            attempt);
    }

    [Fact]
    public async Task A_closed_claim_is_gone()
    {
        var owner = await OpenAsync();
        var run = ARun();
        await EnqueueAsync(owner, run);
        var claim = await ClaimAsync(owner, 1, run);
        Assert.Equal(RunState.Running, (await RunAsync(run)).State);

        await CommitAsync(new() { Owner = owner, Now = Noon, ClosedClaims = [claim.Id, Guid.NewGuid()] });

        Assert.Equal(RunState.Queued, (await RunAsync(run)).State);
        Assert.Empty((await ReopenAsync()).OpenAttempts);
    }

    [Fact]
    public async Task Claims_of_other_partitions_are_none_of_an_openings_business()
    {
        var owner = await OpenAsync();
        var run = ARun();
        await EnqueueAsync(owner, run);
        await ClaimAsync(owner, 1, run);
        var elsewhere = Enumerable.Range(0, 100).Select(i => $"queue-{i}").First(name => Partitions.Of("default", name) != owner.Partition);

        Assert.Empty((await ReopenAsync(elsewhere)).OpenAttempts);
        Assert.Single((await ReopenAsync()).OpenAttempts);
    }

    [Fact]
    public async Task A_queue_is_read_in_order_of_priority_then_due_time_then_id()
    {
        var owner = await OpenAsync();
        NewRun late = ARun(due: Noon.AddSeconds(-1)), first = ARun(), second = ARun(), early = ARun(due: Noon.AddSeconds(-2)),
            low = ARun(priority: -5, due: Noon.AddHours(-1)), high = ARun(priority: 1_000), scheduled = ARun(priority: 9, due: Noon.AddHours(1));
        await EnqueueAsync(owner, second, first, low, late, scheduled, high, early);
        var expected = new[] { high, early, late, first, second, low }.Select(run => run.Id).ToList();

        Assert.Equal(expected, await ReadyAsync());
        Assert.Equal(expected.Take(2), await ReadyAsync(limit: 2));
        Assert.Empty(await ReadyAsync("other"));
        for (var i = 0; i < expected.Count; i++)
        {
            var run = new[] { high, early, late, first, second, low }[i];
            Assert.Equal(expected.Skip(i + 1), await ReadyAsync(after: new ReadyPosition(run.Priority, run.DueAt, run.Id)));
        }
    }

    [Fact]
    public async Task A_queue_of_another_tenant_is_another_queue()
    {
        var owner = await OpenAsync(tenant: "acme");
        await EnqueueAsync(owner, ARun() with { Tenant = TenantId.Parse("acme") });

        Assert.Empty(await ReadyAsync());
        Assert.Single(await Store.Runs.ReadReadyAsync(new QueueKey(TenantId.Parse("acme"), QueueName.Default), null, 10, Cancelled));
    }

    [Fact]
    public async Task A_claimed_run_is_still_read_as_ready()
    {
        var owner = await OpenAsync();
        var run = ARun();
        await EnqueueAsync(owner, run);
        await ClaimAsync(owner, 1, run);

        Assert.Equal([run.Id], await ReadyAsync());
    }

    [Fact]
    public async Task Scheduled_runs_are_promoted_when_their_time_comes_earliest_first()
    {
        var owner = await OpenAsync();
        NewRun third = ARun(due: Noon.AddSeconds(3)), first = ARun(due: Noon.AddSeconds(1)), second = ARun(due: Noon.AddSeconds(2)),
            later = ARun(due: Noon.AddSeconds(3).AddMilliseconds(1));
        await EnqueueAsync(owner, third, first, second, later, ARun());

        Assert.Empty(await Store.Runs.PromoteAsync(owner, Noon.AddSeconds(1).AddMilliseconds(-1), 10, Cancelled));
        var promoted = await Store.Runs.PromoteAsync(owner, Noon.AddSeconds(3), 2, Cancelled);

        Same([new PendingRun { Request = first, State = RunState.Queued }, new PendingRun { Request = second, State = RunState.Queued }], promoted);
        Assert.Equal([third.Id], (await Store.Runs.PromoteAsync(owner, Noon.AddSeconds(3), 10, Cancelled)).Select(run => run.Id));
        Assert.Empty(await Store.Runs.PromoteAsync(owner, Noon.AddSeconds(3), 10, Cancelled));
        Assert.Equal(later.DueAt, await Store.Runs.NextScheduledAsync(owner.Partition, Cancelled));
        Assert.Equal(4, (await ReadyAsync()).Count());
    }

    [Fact]
    public async Task Nothing_is_promoted_under_a_lost_epoch()
    {
        var owner = await OpenAsync();
        await EnqueueAsync(owner, ARun(due: Noon.AddSeconds(1)));
        await ReopenAsync();

        Assert.Empty(await Store.Runs.PromoteAsync(owner, Noon.AddSeconds(1), 10, Cancelled));
        Assert.Equal(Noon.AddSeconds(1), await Store.Runs.NextScheduledAsync(owner.Partition, Cancelled));
    }

    [Fact]
    public async Task The_wish_to_cancel_finds_a_run_wherever_it_waits()
    {
        var owner = await OpenAsync();
        NewRun inbox = ARun(), queued = ARun(), scheduled = ARun(due: Noon.AddHours(1)), running = ARun();
        await EnqueueAsync(owner, queued, scheduled, running);
        await ClaimAsync(owner, 1, running);
        await Store.Runs.PostAsync([inbox], Cancelled);

        foreach (var run in (NewRun[])[inbox, queued, scheduled, running])
        {
            Assert.Equal(new QueueKey(run.Tenant, run.Queue), await Store.Runs.RequestCancelAsync(run.Tenant, run.Id, Stop, Cancelled));
            Assert.Equal(Stop, (await RunAsync(run)).Cancel);
        }

        var adopted = Assert.Single(await Store.Runs.AdoptAsync([owner], Noon, 10, Cancelled));
        Assert.Equal(Stop, adopted.Cancel);
        var wanted = await Store.Runs.ReadCancelRequestsAsync(owner.Partition, 10, Cancelled);
        Assert.Equal(new[] { inbox.Id, queued.Id, scheduled.Id, running.Id }.Order(), wanted.Select(run => run.Id).Order());
        Assert.All(wanted, run => Assert.Equal(Stop, run.Cancel));
        Assert.Equal(2, (await Store.Runs.ReadCancelRequestsAsync(owner.Partition, 2, Cancelled)).Count);
        Assert.Empty(await Store.Runs.ReadCancelRequestsAsync((owner.Partition + 1) % Partitions.Count, 10, Cancelled));
    }

    [Fact]
    public async Task There_is_no_wish_to_cancel_what_has_ended_or_never_was()
    {
        var owner = await OpenAsync();
        var ended = await EnqueueAndFinishAsync(owner);
        var waiting = ARun();
        await EnqueueAsync(owner, waiting);

        Assert.Null(await Store.Runs.RequestCancelAsync(ended.Tenant, ended.Id, Stop, Cancelled));
        Assert.Null(await Store.Runs.RequestCancelAsync(TenantId.Default, RunId.New(Noon), Stop, Cancelled));
        Assert.Null(await Store.Runs.RequestCancelAsync(TenantId.Parse("other"), waiting.Id, Stop, Cancelled));
        Assert.Empty(await Store.Runs.ReadCancelRequestsAsync(owner.Partition, 10, Cancelled));
        Assert.Null((await RunAsync(ended)).Cancel);
    }

    [Fact]
    public async Task A_second_wish_to_cancel_counts_only_if_it_terminates()
    {
        var owner = await OpenAsync();
        NewRun queued = ARun(), inbox = ARun();
        await EnqueueAsync(owner, queued);
        await Store.Runs.PostAsync([inbox], Cancelled);
        foreach (var run in (NewRun[])[queued, inbox])
        {
            await Store.Runs.RequestCancelAsync(run.Tenant, run.Id, Stop, Cancelled);

            Assert.NotNull(await Store.Runs.RequestCancelAsync(run.Tenant, run.Id, Stop with { By = "bob" }, Cancelled));
            Assert.Equal(Stop, (await RunAsync(run)).Cancel);

            await Store.Runs.RequestCancelAsync(run.Tenant, run.Id, Stop with { By = "eve", Terminate = true }, Cancelled);
            await Store.Runs.RequestCancelAsync(run.Tenant, run.Id, Stop with { By = "bob", Terminate = true }, Cancelled);
            Assert.Equal(Stop with { By = "eve", Terminate = true }, (await RunAsync(run)).Cancel);
        }
    }

    private ValueTask<PartitionOpening> OpenSharedAsync(string owner, DateTimeOffset now, DateTimeOffset leaseUntil) =>
        Store.Runs.OpenPartitionAsync(3, owner, now, leaseUntil, exclusive: false, Cancelled);
}
