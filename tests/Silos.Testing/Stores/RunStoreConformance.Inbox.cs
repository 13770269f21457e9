using Silos.Queues;
using Silos.Runs;
using Xunit;

namespace Silos.Testing;

public abstract partial class RunStoreConformance
{
    [Fact]
    public async Task A_posted_run_waits_in_the_inbox_until_its_owner_adopts_it()
    {
        NewRun now = ARun(), later = ARun(due: Noon.AddMinutes(1));
        var posted = await Store.Runs.PostAsync([now, later], Cancelled);
        Assert.Equal([new EnqueueOutcome(EnqueueKind.Accepted, now.Id), new EnqueueOutcome(EnqueueKind.Accepted, later.Id)], posted);
        Assert.Equal(RunState.Queued, (await RunAsync(now)).State);
        Assert.Equal(RunState.Scheduled, (await RunAsync(later)).State);
        Assert.Empty(await ReadyAsync());

        var owner = await OpenAsync();
        Assert.Empty((await ReopenAsync()).Queues);
        owner = owner with { Epoch = owner.Epoch + 1 };
        var adopted = await Store.Runs.AdoptAsync([owner], Noon, 10, Cancelled);

        Same([new PendingRun { Request = now, State = RunState.Queued }, new PendingRun { Request = later, State = RunState.Scheduled }], adopted);
        Assert.Equal([now.Id], await ReadyAsync());
        Assert.Equal(later.DueAt, await Store.Runs.NextScheduledAsync(owner.Partition, Cancelled));
        Assert.Empty(await Store.Runs.AdoptAsync([owner], Noon, 10, Cancelled));
        Assert.Empty(await Store.Runs.PostAsync([], Cancelled));
        Assert.Empty(await Store.Runs.AdoptAsync([], Noon, 10, Cancelled));
    }

    [Fact]
    public async Task A_run_whose_time_has_come_in_the_inbox_is_queued_at_once()
    {
        var run = ARun(due: Noon.AddMinutes(1));
        await Store.Runs.PostAsync([run], Cancelled);

        var adopted = await Store.Runs.AdoptAsync([await OpenAsync()], Noon.AddMinutes(1), 10, Cancelled);

        Assert.Equal(RunState.Queued, Assert.Single(adopted).State);
        Assert.Equal([run.Id], await ReadyAsync());
    }

    [Fact]
    public async Task Runs_are_adopted_oldest_first_up_to_the_limit_for_many_partitions_at_once()
    {
        var first = await OpenAsync();
        var elsewhere = Enumerable.Range(0, 100).Select(i => $"queue-{i}").First(name => Partitions.Of("default", name) != first.Partition);
        var second = await OpenAsync(elsewhere);
        NewRun[] runs = [.. Enumerable.Range(0, 6).Select(i => ARun(i % 2 == 0 ? "default" : elsewhere))];
        foreach (var run in runs)
        {
            await Store.Runs.PostAsync([run], Cancelled);
        }

        var adopted = await Store.Runs.AdoptAsync([first, second], Noon, 4, Cancelled);
        var rest = await Store.Runs.AdoptAsync([second, first], Noon, 4, Cancelled);

        Assert.Equal(runs.Take(4).Select(run => run.Id), adopted.Select(run => run.Id));
        Assert.Equal(runs.Skip(4).Select(run => run.Id), rest.Select(run => run.Id));
    }

    [Fact]
    public async Task Only_the_current_owner_of_a_partition_adopts_its_runs()
    {
        var stale = await OpenAsync();
        var elsewhere = Enumerable.Range(0, 100).Select(i => $"queue-{i}").First(name => Partitions.Of("default", name) != stale.Partition);
        var other = await OpenAsync(elsewhere);
        var current = await OpenAsync();
        NewRun mine = ARun(), theirs = ARun(elsewhere);
        await Store.Runs.PostAsync([mine, theirs], Cancelled);

        Assert.Equal([theirs.Id], (await Store.Runs.AdoptAsync([stale, other], Noon, 10, Cancelled)).Select(run => run.Id));
        Assert.Equal([mine.Id], (await Store.Runs.AdoptAsync([current], Noon, 10, Cancelled)).Select(run => run.Id));
    }

    [Fact]
    public async Task Sixteen_simultaneous_adoptions_take_every_run_once()
    {
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 64).Select(_ => ARun())];
        await Store.Runs.PostAsync(runs, Cancelled);

        var adopted = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            async () => await Store.Runs.AdoptAsync([owner], Noon, 10, Cancelled))));

        Assert.Equal(runs.Select(run => run.Id), adopted.SelectMany(batch => batch).Select(run => run.Id).Order());
        Assert.Equal(64, (await ReadyAsync(limit: 1_000)).Count());
    }

    [Fact]
    public async Task Whatever_commits_is_adopted_while_posts_and_adoptions_race()
    {
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 200).Select(_ => ARun())];
        var posts = Task.WhenAll(runs.Reverse().Chunk(10).Select(chunk => Task.Run(
            async () => await Store.Runs.PostAsync(chunk, Cancelled))));
        var adopted = new List<RunId>();

        while (!posts.IsCompleted)
        {
            adopted.AddRange((await Store.Runs.AdoptAsync([owner], Noon, 7, Cancelled)).Select(run => run.Id));
        }

        await posts;
        adopted.AddRange((await Store.Runs.AdoptAsync([owner], Noon, 1_000, Cancelled)).Select(run => run.Id));
        Assert.Equal(runs.Select(run => run.Id), adopted.Order());
    }

    [Fact]
    public async Task A_run_posted_again_is_one_run_whatever_became_of_it()
    {
        var owner = await OpenAsync();
        NewRun ended = await EnqueueAndFinishAsync(owner), live = ARun(), waiting = ARun();
        await EnqueueAsync(owner, live);
        await Store.Runs.PostAsync([waiting], Cancelled);

        var again = await Store.Runs.PostAsync([ended, live, waiting], Cancelled);

        Assert.All(again, outcome => Assert.Equal(EnqueueKind.Repeated, outcome.Kind));
        Assert.Equal([waiting.Id], (await Store.Runs.AdoptAsync([owner], Noon, 10, Cancelled)).Select(run => run.Id));
        Assert.Equal(3, await Store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }
}
