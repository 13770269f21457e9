using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <content>Searches a piece of the history at a time.</content>
public abstract partial class RunReaderConformance
{
    [Fact]
    public async Task Pieces_of_the_history_are_counted_back_by_id()
    {
        var owner = await OpenAsync();
        RunState[] states = [RunState.Completed, RunState.Dead, RunState.Skipped, RunState.Failed, RunState.Cancelled, RunState.Completed];
        NewRun[] runs = [.. states.Select((_, i) => ARun(job: i % 2 == 0 ? Key("even") : null)), ARun()];
        await EnqueueAsync(owner, runs);
        await FinishAsync(owner, [.. states.Select((state, i) => AnEnd(runs[i], 1, state))]);
        var filter = new FilterGroup(
            All: true, [new FilterCondition("state", FilterOperator.In, [RunState.Failed, RunState.Dead]), new FilterCondition("job", FilterOperator.Empty, [])]);

        // What has not ended (the newest) is no part of it.
        Assert.Equal([5, 4, 3, 2, 1, 0, null, null], await BackAsync(null, null));
        Assert.Equal([2, 1, 0, null], (await BackAsync(null, runs[3].Id))[..4]);
        Assert.Equal([4, 2, 0, null], (await BackAsync(new FilterCondition("job", FilterOperator.Equal, ["even"]), null))[..4]);
        Assert.Equal([3, 1, null], (await BackAsync(filter, null))[..3]);
        Assert.Equal([1, null], (await BackAsync(filter, runs[3].Id))[..2]);
        Assert.Null(await Store.Reader.FindBackAsync(Other, null, null, 1, Cancelled));

        async Task<int?[]> BackAsync(Filter? within, RunId? before)
        {
            var found = new List<int?>();
            for (var count = 1; count <= 8; count++)
            {
                var id = await Store.Reader.FindBackAsync(TenantId.Default, within, before, count, Cancelled);
                found.Add(id is null ? null : Array.FindIndex(runs, run => run.Id == id));
            }

            return [.. found];
        }
    }

    [Fact]
    public async Task A_search_in_pieces_finds_what_a_search_at_once_finds()
    {
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 4_500).Select(i => ARun() with { Handler = i % 900 == 0 ? "rare" : "other" })];
        await EnqueueAsync(owner, runs);
        await FinishAsync(owner, [.. runs[..^1].Select(run => AnEnd(run))]);
        var query = new RunQuery(TenantId.Default, new FilterCondition("handler", FilterOperator.Equal, ["rare"]));
        var atOnce = (await Store.Reader.ListAsync(query, Cancelled)).Select(run => run.Id).ToList();
        Assert.Equal(5, atOnce.Count);

        // Without patience a piece each; with it all of them.
        var pieces = new List<RunScanPage>();
        RunId? before = null;
        do
        {
            pieces.Add(await RunScan.ListAsync(Store.Reader, query with { Before = before }, TimeSpan.Zero, TimeProvider.System, Cancelled));
            before = pieces[^1].LookedTo;
        }
        while (before is not null);
        Assert.Equal(atOnce, pieces.SelectMany(piece => piece.Runs).Select(run => run.Id));
        Assert.Equal(3, pieces.Count);

        var whole = await RunScan.ListAsync(Store.Reader, query, TimeSpan.FromMinutes(5), TimeProvider.System, Cancelled);
        Assert.Equal(atOnce, whole.Runs.Select(run => run.Id));
        Assert.Null(whole.LookedTo);
        var page = await RunScan.ListAsync(Store.Reader, query with { Limit = 3 }, TimeSpan.FromMinutes(5), TimeProvider.System, Cancelled);
        Assert.Equal(atOnce[..3], page.Runs.Select(run => run.Id));
        Assert.Null(page.LookedTo);
    }
}
