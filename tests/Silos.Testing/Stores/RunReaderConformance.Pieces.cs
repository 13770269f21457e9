using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <content>Searches a piece of the history at a time.</content>
public abstract partial class RunReaderConformance
{
    [Fact]
    public async Task Pieces_are_counted_back_by_id()
    {
        var owner = await OpenAsync();
        RunState[] states = [RunState.Completed, RunState.Dead, RunState.Skipped, RunState.Failed, RunState.Cancelled, RunState.Completed];
        NewRun[] runs = [.. Enumerable.Range(0, 8).Select(i => ARun(job: i % 2 == 0 ? Key("even") : null))];
        await EnqueueAsync(owner, runs[..7]);
        await FinishAsync(owner, [.. states.Select((state, i) => AnEnd(runs[i], 1, state))]);
        await Store.Runs.PostAsync([runs[7]], Cancelled);
        var failures = new FilterCondition("state", FilterOperator.In, [RunState.Failed, RunState.Dead, RunState.Cancelled]);
        var even = new FilterCondition("job", FilterOperator.Equal, ["even"]);

        // Those that wait, in a partition or in the inbox, too.
        Assert.Equal([7, 6, 5, 4, 3, 2, 1, 0, null], await BackAsync(null, null));
        Assert.Equal([2, 1, 0, null], (await BackAsync(null, runs[3].Id))[..4]);
        Assert.Equal([6, 4, 2, 0, null], (await BackAsync(even, null))[..5]);
        Assert.Equal([4, 3, 1, null], (await BackAsync(failures, null))[..4]);
        Assert.Equal([1, null], (await BackAsync(failures, runs[3].Id))[..2]);
        Assert.Equal([4, null], (await BackAsync(new FilterGroup(All: true, [failures, even]), null))[..2]);
        Assert.Null(await Store.Reader.FindBackAsync(Other, null, null, 1, Cancelled));

        async Task<int?[]> BackAsync(Filter? within, RunId? before)
        {
            var found = new List<int?>();
            for (var count = 1; count <= 9; count++)
            {
                var id = await Store.Reader.FindBackAsync(TenantId.Default, within, before, count, Cancelled);
                found.Add(id is null ? null : Array.FindIndex(runs, run => run.Id == id));
            }

            return [.. found];
        }
    }

    [Fact]
    public async Task What_failed_and_what_came_since_an_instant_is_found_among_all_others_newest_first()
    {
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 9).Select(_ => ARun())];
        await EnqueueAsync(owner, runs);
        for (var i = 0; i < 8; i++)
        {
            // The later half ended two hours later, and of each half some did not do their work.
            await FinishAsync(owner, AnEnd(runs[i], 1, (i % 4) switch { 1 => RunState.Dead, 3 => RunState.Cancelled, _ => RunState.Completed }, Noon.AddHours(i < 4 ? 0 : 2)));
        }

        var failed = new FilterCondition("state", FilterOperator.In, [RunState.Failed, RunState.Dead, RunState.Cancelled]);
        var late = new FilterCondition("ended_at", FilterOperator.GreaterOrEqual, [Noon.AddHours(2)]);
        Assert.Equal([7, 5, 3, 1], await ListedAsync(failed));
        Assert.Equal([7, 6, 5, 4], await ListedAsync(late));
        Assert.Equal([7, 5], await ListedAsync(new FilterGroup(All: true, [late, failed])));
        Assert.Equal([7, 6, 5, 4, 3, 1], await ListedAsync(new FilterGroup(All: false, [late, failed])));
        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1, 0], await ListedAsync(new FilterCondition("enqueued_at", FilterOperator.GreaterOrEqual, [Noon])));

        async Task<IEnumerable<int>> ListedAsync(Filter filter) =>
            (await Store.Reader.ListAsync(new RunQuery(TenantId.Default, filter), Cancelled)).Select(run => Array.FindIndex(runs, one => one.Id == run.Id)).ToList();
    }

    [Fact]
    public async Task A_search_in_pieces_finds_what_a_search_at_once_finds()
    {
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 4_500).Select(i => ARun() with { Handler = i % 900 == 0 ? "rare" : "other" })];
        await EnqueueAsync(owner, runs);

        // Of those that are looked for one waits, and the others have ended.
        await FinishAsync(owner, [.. runs.Where((_, i) => i != 3_600).Select(run => AnEnd(run))]);
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
