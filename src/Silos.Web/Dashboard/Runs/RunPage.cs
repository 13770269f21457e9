using Microsoft.AspNetCore.Http;
using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Runs;

/// <summary>What the page of one run shows.</summary>
/// <param name="Details">The run with attempts and steps.</param>
/// <param name="Log">A piece of its log.</param>
/// <param name="LogAfter">After which line the piece begins.</param>
/// <param name="LogNext">After which line the next piece begins, or null if this is the last.</param>
/// <param name="Blockers">Why it is not running, if it waits.</param>
internal sealed record RunPage(
    RunDetails Details, IReadOnlyList<RunLogLine> Log, long LogAfter, long? LogNext, IReadOnlyList<Blocker> Blockers);

/// <summary>Reads the page of one run.</summary>
internal sealed class RunReader(ISilosClient client, ISilosStore store)
{
    private const int Lines = 300;

    public async Task<object> ReadAsync(HttpContext context, Frame frame)
    {
        var (tenant, id) = RunPages.KeyOf(context);
        var query = new QueryFields(context.Request.Query);
        var after = query.Long("log");
        query.Close();
        var details = await client.GetRunAsync(tenant, id, context.RequestAborted);

        // The end of a log is what people look for first, and what grows.
        var start = after ?? Math.Max(0, await store.Journal.LastSequenceAsync(id, context.RequestAborted) - Lines);
        var lines = await store.Reader.ReadLogAsync(tenant, id, start, Lines + 1, context.RequestAborted);
        var shown = lines.Take(Lines).ToList();
        var waits = details.Run.State is RunState.Queued or RunState.Scheduled or RunState.Lost;
        return new RunPage(
            details,
            shown,
            start,
            lines.Count > Lines ? shown[^1].Sequence : null,
            waits ? await client.ExplainRunAsync(tenant, id, context.RequestAborted) : []);
    }
}
