using System.Diagnostics;
using Silos.Cluster.Tests.Support;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Tests.Queues;

/// <summary>Enqueues of many callers at once share calls, and nobody notices but the network.</summary>
public sealed class SharedEnqueueTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_of_many_callers_learns_what_became_of_its_own()
    {
        await using var grid = await Grid.StartAsync(2);
        var taken = (await grid.Client.EnqueueAsync(Once("key", DuplicateMode.ReturnExisting), Cancelled)).Id;

        // All at once: the first two go alone, the others together with one that is wrong and two that are there already.
        var well = Enumerable.Range(0, 300).Select(i => grid.Client.EnqueueAsync(new RunRequest { Handler = "work", Priority = i }, Cancelled)).ToList();
        var wrong = grid.Client.EnqueueAsync(new RunRequest { Handler = "wrok" }, Cancelled);
        var existing = grid.Client.EnqueueAsync(Once("key", DuplicateMode.ReturnExisting), Cancelled);
        var rejected = grid.Client.EnqueueAsync(Once("key", DuplicateMode.Reject), Cancelled);

        Assert.Equal("handler", Assert.Single((await Assert.ThrowsAsync<InvalidException>(() => wrong)).Problems).Field);
        Assert.Equal((EnqueueKind.Existing, taken), ((await existing).Kind, (await existing).Id));
        Assert.Contains(taken.ToString(), (await Assert.ThrowsAsync<ConflictException>(() => rejected)).Message, StringComparison.Ordinal);
        var ids = (await Task.WhenAll(well)).Select(outcome => outcome.Id).ToList();
        Assert.Equal(300, ids.Distinct().Count());
        var rows = await grid.Store.Reader.ListAsync(new RunQuery(TenantId.Default, Limit: 500), Cancelled);
        Assert.Equal([.. ids.Append(taken).OrderBy(id => id.Value)], rows.Select(run => run.Id).OrderBy(id => id.Value));
        Assert.All(ids.Index(), item => Assert.Equal(item.Index, rows.Single(run => run.Id == item.Item).Priority));
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_takes_nobody_along()
    {
        await using var grid = await Grid.StartAsync(1);
        using var impatient = new CancellationTokenSource();
        var asked = Enumerable.Range(0, 50).Select(i => grid.Client.EnqueueAsync(new RunRequest { Handler = "work" }, i == 25 ? impatient.Token : Cancelled)).ToList();
        await impatient.CancelAsync();

        foreach (var (i, task) in asked.Index())
        {
            if (i == 25)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
            }
            else
            {
                Assert.Equal(EnqueueKind.Accepted, (await task).Kind);
            }
        }
    }

    [Fact]
    public async Task Each_run_keeps_the_trace_of_its_own_caller()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == nameof(SharedEnqueueTests),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(SharedEnqueueTests));
        await using var grid = await Grid.StartAsync(2);

        var asked = new List<(string Trace, Task<EnqueueOutcome> Outcome)>();
        for (var i = 0; i < 40; i++)
        {
            Activity.Current = null;
            using var span = source.StartActivity("ask")!;
            asked.Add((span.TraceId.ToString(), grid.Client.EnqueueAsync(new RunRequest { Handler = "work" }, Cancelled)));
        }

        foreach (var (trace, outcome) in asked)
        {
            var run = await grid.Client.GetRunAsync(TenantId.Default, (await outcome).Id, Cancelled);
            Assert.Contains(trace, run.Run.Options.TraceParent, StringComparison.Ordinal);
        }
    }

    private static RunRequest Once(string key, DuplicateMode mode) => new() { Handler = "work", IdempotencyKey = key, OnDuplicate = mode };
}
