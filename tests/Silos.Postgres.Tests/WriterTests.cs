using Npgsql;
using Silos.Jobs;
using Silos.Postgres.Runs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Postgres.Tests;

/// <summary>What only a server with many writers can get wrong.</summary>
public sealed class WriterTests : StoreConformance
{
    private readonly string _schema = Postgres.NewSchema();

    [Fact]
    public async Task Planners_finishers_and_savers_of_the_same_jobs_never_wait_for_each_other_in_a_circle()
    {
        var keys = Enumerable.Range(0, 40).Select(i => Key($"job-{i:00}")).ToList();
        await Task.WhenAll(keys.Select(key => SaveJobAsync(key.Name.Value)));
        var owners = new List<(string Queue, PartitionEpoch Owner)>();
        foreach (var queue in new[] { "a", "b", "c" })
        {
            owners.Add((queue, await OpenAsync(queue)));
        }

        var planning = Enumerable.Range(0, 3).Select(seed => PlanAsync(keys, seed, 15));
        var finishing = owners.Select((owner, seed) => EnqueueAndFinishManyAsync(owner.Owner, owner.Queue, keys, seed, 15));
        var saving = SaveAsync(keys, 10);
        await Task.WhenAll([.. planning, .. finishing, saving]);

        foreach (var key in keys)
        {
            var job = await JobAsync(key);
            var ledger = await Store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(key, Limit: 1_000), Cancelled);

            // Each write that counted raised the version by one; each plan that counted wrote one row.
            Assert.Equal(ledger.Count, (int)job.Counts[0]);
            Assert.Equal(45, (await Store.Reader.StatisticsAsync(TenantId.Default, Cancelled)).ByJob[key.Name.Value].Failed);
        }
    }

    [Fact]
    public async Task Text_that_the_database_cannot_hold_is_stored_without_the_offending_characters()
    {
        const string hostile = "a\0b'\"\\%_\uD800;--";
        const string stored = "a\uFFFDb'\"\\%_\uFFFD;--";
        var owner = await OpenAsync();
        var run = ARun() with { RequestedBy = hostile, Options = new RunOptions { Tags = [hostile] } };
        await EnqueueAsync(owner, run);
        var claim = new Claim(Guid.NewGuid(), hostile, Noon, [run.Id], [1]);
        await CommitAsync(new PartitionCommit { Owner = owner, Now = Noon, Claims = [claim] });
        await Store.Journal.AppendAsync(
            [
                new JournalEntry(owner, run.Tenant, run.Id, 1)
                {
                    Steps = [new RunStep("step", "failed", null, hostile, 0, Noon)],
                    Log = [new RunLogLine(1, Noon, "error", hostile, 1)],
                    ProgressMessage = hostile,
                },
            ],
            Cancelled);
        await FinishAsync(owner, AnEnd(run, state: RunState.Dead) with { Worker = hostile, Error = new RunError(hostile, hostile, hostile) });

        var details = await DetailsAsync(run.Id);

        Assert.Equal((stored, stored, stored), (details.Run.RequestedBy, details.Run.Worker, details.Run.ProgressMessage));
        Assert.Equal(new RunError(stored, stored, stored), details.Run.Error);
        Assert.Equal(stored, Assert.Single(details.Steps).Error);
        Assert.Equal(stored, Assert.Single(await Store.Reader.ReadLogAsync(run.Tenant, run.Id, 0, 10, Cancelled)).Text);
        foreach (var field in new[] { "error", "requested_by", "worker", "tag" })
        {
            var filter = new FilterCondition(field, FilterOperator.Equal, [hostile]);
            Assert.Equal(1, await Store.Reader.CountAsync(TenantId.Default, filter, Cancelled));
        }
    }

    [Fact]
    public async Task A_filter_reaches_no_column_that_is_not_on_the_list()
    {
        var filter = new FilterCondition("tenant = '' or true --", FilterOperator.Equal, ["x"]);

        var refusal = await Assert.ThrowsAsync<InvalidException>(() => Store.Reader.CountAsync(TenantId.Default, filter, Cancelled).AsTask());

        Assert.Contains("must be one of id, job, handler", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Filter.Fields.Keys.Order(), AcceptedFields().Order());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_and_leaves_a_store_that_works()
    {
        var owner = await OpenAsync();
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Runs.CommitAsync(
            new PartitionCommit { Owner = owner, Now = Noon, Enqueues = [ARun()] }, impatient.Token).AsTask());

        await EnqueueAsync(owner, ARun());
        Assert.Single(await ReadyAsync());
    }

    [Fact]
    public async Task A_commit_waits_for_a_takeover_that_came_first_and_then_writes_nothing()
    {
        var owner = await OpenAsync();
        await using var takeover = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(await Postgres.ConnectionStringAsync()) { SearchPath = _schema }.ConnectionString);
        await takeover.OpenAsync(Cancelled);
        await using var transaction = await takeover.BeginTransactionAsync(Cancelled);
        await using var raise = new NpgsqlCommand("update partition set epoch = epoch + 1 returning pg_backend_pid()", takeover);
        var holder = Assert.IsType<int>(await raise.ExecuteScalarAsync(Cancelled));

        var commit = Store.Runs.CommitAsync(new PartitionCommit { Owner = owner, Now = Noon, Enqueues = [ARun()] }, Cancelled).AsTask();
        await BlockedByAsync(holder);
        await transaction.CommitAsync(Cancelled);

        Assert.True((await commit).OwnershipLost);
        Assert.Equal(0, await Store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }

    [Fact]
    public async Task Of_many_takers_of_one_key_one_makes_the_run()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i => Assert.Single(await Store.Runs.PostAsync(
            [ARun() with { Unique = new Uniqueness("order-1", Noon.AddHours(1)) }], Cancelled))));

        var made = Assert.Single(outcomes, outcome => outcome.Kind == EnqueueKind.Accepted);
        Assert.All(outcomes, outcome => Assert.Equal(made.Id, outcome.Id));
        Assert.Equal(1, await Store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }

    [Fact]
    public async Task A_debounced_burst_in_one_batch_is_one_run_with_the_last_payload()
    {
        var owner = await OpenAsync();
        var burst = Enumerable.Range(0, 5)
            .Select(i => ARun() with
            {
                Payload = JsonText.From(i),
                Unique = new Uniqueness("typing", Noon.AddHours(1), DuplicateMode.Replace),
            })
            .ToArray();

        var result = await EnqueueAsync(owner, burst);

        Assert.Equal(
            [EnqueueKind.Accepted, .. Enumerable.Repeat(EnqueueKind.Replaced, 4)],
            result.Enqueues.Select(outcome => outcome.Kind));
        var ready = Assert.Single(await Store.Runs.ReadReadyAsync(new QueueKey(TenantId.Default, QueueName.Default), null, 10, Cancelled));
        Assert.Equal((burst[0].Id, "4"), (ready.Id, ready.Request.Payload?.Text));
    }

    protected override async ValueTask<ISilosStore> OpenStoreAsync()
    {
        var store = await Postgres.StoreAsync(_schema);
        await store.OpenAsync(exclusive: true, Cancelled);
        return store;
    }

    private async Task PlanAsync(List<JobKey> keys, int seed, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var jobs = (await Store.Jobs.ReadAsync(keys, Cancelled)).ToDictionary(job => job.Key);
            var due = Noon.AddHours(seed).AddSeconds(round);
            var plans = Shuffled(keys, seed + round).Select(key => new JobPlan
            {
                Key = key,
                Version = jobs[key].Version,
                Cursor = due,
                NextDue = null,
                Counts = [(jobs[key].Counts.Count == 0 ? 0 : jobs[key].Counts[0]) + 1],
                Occurrences = [new PlannedOccurrence(due, Verdict.SkippedPaused)],
                CancelLive = round % 3 == 0 ? new CancelRequest("ann", null, Noon) : null,
                Now = Noon,
            });
            await Store.Jobs.PlanAsync([.. plans], Cancelled);
        }
    }

    private async Task EnqueueAndFinishManyAsync(PartitionEpoch owner, string queue, List<JobKey> keys, int seed, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var runs = Shuffled(keys, seed + round).Select(key => ARun(queue, job: key)).ToArray();
            await EnqueueAsync(owner, runs);
            await FinishAsync(owner, [.. Shuffled(runs, seed).Select(run => AnEnd(run, state: RunState.Dead))]);
        }
    }

    private async Task SaveAsync(List<JobKey> keys, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var jobs = await Store.Jobs.ReadAsync(keys, Cancelled);
            await Store.Jobs.TrySaveManyAsync([.. Shuffled(jobs, round).Select(job => job with { RebootMark = $"{round}" })], null, Cancelled);
        }
    }

    private static T[] Shuffled<T>(IReadOnlyList<T> items, int seed)
    {
        var copy = items.ToArray();
        new Random(seed).Shuffle(copy);
        return copy;
    }

    private static List<string> AcceptedFields()
    {
        var accepted = new List<string>();
        foreach (var (field, kind) in Filter.Fields)
        {
            object value = kind switch
            {
                FilterKind.Number => 1L,
                FilterKind.Instant => Noon,
                FilterKind.Id => RunId.New(Noon),
                FilterKind.State => RunState.Queued,
                _ => "x",
            };
            var composed = RunFilterSql.Compose(
                SqlText.Get("Runs/count_runs"), new FilterCondition(field, FilterOperator.Equal, [value]), null);
            if (composed.Parameters.Length > 0)
            {
                accepted.Add(field);
            }
        }

        return accepted;
    }

    private static async Task BlockedByAsync(int holder)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        await using var connection = new NpgsqlConnection(await Postgres.ConnectionStringAsync());
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand($"select exists (select 1 from pg_stat_activity where {holder} = any (pg_blocking_pids(pid)))", connection);
        for (var tries = 0; await command.ExecuteScalarAsync(Cancelled) is not true; tries++)
        {
            Assert.True(tries < 3_000, "Nobody waits for the takeover.");
            await pause.WaitForNextTickAsync(Cancelled);
        }
    }
}
