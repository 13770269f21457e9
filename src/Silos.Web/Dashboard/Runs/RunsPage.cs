using Microsoft.AspNetCore.Http;
using Silos.Operations;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Dashboard.Operations;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Runs;

/// <summary>What the list of runs shows.</summary>
/// <param name="Search">What was looked for, as it was written.</param>
/// <param name="Problem">Why it could not be understood or took too long, or null.</param>
/// <param name="Rows">The runs on this page, newest first.</param>
/// <param name="Cursor">The cursor of this page, or null for the first.</param>
/// <param name="Next">The cursor of the next page, or null if this is the last.</param>
/// <param name="ForAll">What can be done to everything that was found; nothing where everything was asked for.</param>
internal sealed record RunsPage(
    string Search, string? Problem, IReadOnlyList<Run> Rows, string? Cursor, string? Next, IReadOnlyList<OperationAction> ForAll)
{
    /// <summary>Gets down to which run was looked so far; null where everything was looked at, or the page is full.</summary>
    public RunId? LookedTo { get; init; }

    /// <summary>Gets whether the search took so long that it is not repeated whenever something happens.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Gets what can be done to one of the runs on this page, and so to some of them.</summary>
    public IReadOnlyList<OperationAction> ForSome => OperationWords.For([.. Rows.Select(run => run.State)]);

    /// <summary>Gets the address of the same search from a cursor on.</summary>
    public string ToPath(string? cursor)
    {
        var search = Search.Length == 0 ? null : $"q={Uri.EscapeDataString(Search)}";
        var from = cursor is null ? null : $"cursor={Uri.EscapeDataString(cursor)}";
        var query = string.Join('&', new[] { search, from }.OfType<string>());
        return query.Length == 0 ? "/runs" : $"/runs?{query}";
    }
}

/// <summary>Reads the list of runs.</summary>
internal sealed class RunsReader(ISilosStore store, Patience patience, Surroundings surroundings)
{
    // A page is there at once; who then asks to look further wants to get far.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Further = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(200);

    private const int PageSize = 50;

    public async Task<object> ReadAsync(HttpContext context, Frame frame)
    {
        var query = new QueryFields(context.Request.Query);
        var text = query.Text("q", RunSearch.Longest)?.Trim() ?? string.Empty;
        var cursor = query.Text("cursor");
        RunId? before = null;
        if (cursor is not null)
        {
            if (RunId.TryParse(cursor, out var id))
            {
                before = id;
            }
            else
            {
                query.Report("cursor", cursor, "must be the one of a link to the next page");
            }
        }

        query.Close();
        try
        {
            var filter = RunSearch.Parse(text, frame.Now);
            var begun = surroundings.Clock.GetTimestamp();
            var asked = new RunQuery(frame.Caller.Tenant, filter, before, PageSize + 1);
            var (found, lookedTo) = await patience.TryAsync(
                cancelled => RunScan.ListAsync(store.Reader, asked, before is null ? AtOnce : Further, surroundings.Clock, cancelled), context.RequestAborted);
            var rows = found.Take(PageSize).ToList();
            var next = found.Count > PageSize ? rows[^1].Id : lookedTo;
            return new RunsPage(text, null, rows, cursor, next?.ToString(), filter is null || (rows.Count == 0 && lookedTo is null) ? [] : OperationWords.For(FilterStates.Of(filter)))
            {
                LookedTo = lookedTo,
                IsSlow = surroundings.Clock.GetElapsedTime(begun) > Quick,
            };
        }
        catch (InvalidException exception)
        {
            return new RunsPage(text, exception.Message, [], cursor, null, []);
        }
        catch (Patience.OverException)
        {
            return new RunsPage(text, Patience.Over, [], cursor, null, []);
        }
    }
}
