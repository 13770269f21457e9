using Microsoft.AspNetCore.Http;
using Silos.Alarms;
using Silos.Jobs;
using Silos.Stores;
using Silos.Web.Dashboard.Alarms;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>What the list of jobs shows.</summary>
/// <param name="Search">What was looked for.</param>
/// <param name="Rows">The jobs on this page, by name.</param>
/// <param name="Points">How their newest runs went.</param>
/// <param name="After">The name after which the next page begins, or null if this is the last.</param>
/// <param name="CutAt">How many jobs were looked through before the search was cut, or null if it was not.</param>
/// <param name="Queues">The queues to choose from.</param>
/// <param name="Alarms">The alarms that are on.</param>
internal sealed record JobsPage(
    JobSearch Search, IReadOnlyList<JobView> Rows, ILookup<JobName, RunPoint> Points, string? After, int? CutAt, IReadOnlyList<string> Queues,
    ILookup<JobName, Alarm> Alarms);

/// <summary>What somebody looks for among the jobs.</summary>
/// <param name="Text">Part of the name.</param>
/// <param name="Tag">A tag.</param>
/// <param name="Queue">A queue.</param>
/// <param name="State">A state: <c>active</c>, <c>running</c>, <c>paused</c>, <c>failing</c> or <c>disabled</c>.</param>
/// <param name="After">The name after which to go on.</param>
internal sealed record JobSearch(string? Text, string? Tag, string? Queue, string? State, string? After)
{
    public static readonly string[] States = ["active", "running", "paused", "failing", "disabled"];

    /// <summary>Gets whether anything narrows the list.</summary>
    public bool IsNarrowed => Text is not null || Tag is not null || Queue is not null || State is not null;

    /// <summary>Reads an address.</summary>
    public static JobSearch Of(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var search = new JobSearch(Filled(query, "search"), Filled(query, "tag"), Filled(query, "queue"), Filled(query, "state"), Filled(query, "after"));
        if (search.State is not null && !States.Contains(search.State))
        {
            query.Report("state", search.State, $"must be one of {string.Join(", ", States)}");
        }

        if (search.After is not null && !Names.IsValid(search.After, out var problem))
        {
            query.Report("after", search.After, problem);
        }

        query.Close();
        return search;
    }

    /// <summary>Tells whether a job is one that is looked for, as far as the store does not tell itself.</summary>
    public bool Matches(JobView view) =>
        (Queue is null || view.Job.Definition.Queue.Value == Queue)
        && State switch
        {
            "active" => view.Job.IsActive,
            "running" => view.Running > 0,
            "paused" => view.Job.Pause is not null,
            "failing" => view.Job.ConsecutiveFailures > 0,
            "disabled" => !view.Job.Definition.Enabled,
            _ => true,
        };

    /// <summary>Gets the address of the same search from another place on.</summary>
    public string ToPath(string? after)
    {
        var parts = new (string Name, string? Value)[] { ("search", Text), ("tag", Tag), ("queue", Queue), ("state", State), ("after", after) };
        var query = string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
        return query.Length == 0 ? "/jobs" : $"/jobs?{query}";
    }

    private static string? Filled(QueryFields query, string name) => query.Text(name) is { } text && text.Trim().Length > 0 ? text.Trim() : null;
}

/// <summary>Reads the list of jobs.</summary>
internal sealed class JobsReader(ISilosClient client, ISilosStore store, Dashboard.Queues.QueueGlance glance, AlarmGlance alarms)
{
    private const int PageSize = 50;
    private const int Piece = 100;

    // What no index tells is looked for in so many jobs; then the page offers to go on.
    private const int MostLookedThrough = 1_000;
    private const int Points = 20;

    public async Task<object> ReadAsync(HttpContext context, Frame frame)
    {
        var search = JobSearch.Of(context);
        var tenant = frame.Caller.Tenant;
        var found = new List<JobView>();
        var after = search.After;
        var looked = 0;
        var more = true;
        while (more && found.Count < PageSize && looked < MostLookedThrough)
        {
            var size = search.Queue is null && search.State is null ? PageSize + 1 : Piece;
            var piece = await client.ListAsync(
                new JobQuery(tenant, after is null ? null : JobName.Parse(after), size, search.Text, Tag: search.Tag), context.RequestAborted);
            more = piece.Count == size;
            foreach (var view in piece)
            {
                if (found.Count == PageSize)
                {
                    more = true;
                    break;
                }

                looked++;
                after = view.Job.Key.Name.Value;
                if (search.Matches(view))
                {
                    found.Add(view);
                }
            }
        }

        var points = found.Count == 0
            ? []
            : await store.Stats.RecentAsync(tenant, [.. found.Select(view => view.Job.Key.Name)], Points, context.RequestAborted);
        var queues = await glance.ReadAsync(tenant, context.RequestAborted);
        var names = queues.Queues.Select(queue => queue.Queue.Name.Value)
            .Concat(found.Select(view => view.Job.Definition.Queue.Value))
            .Distinct().Order(StringComparer.Ordinal);
        var on = await alarms.ReadAsync(tenant, context.RequestAborted);
        return new JobsPage(
            search,
            found,
            points.ToLookup(point => point.Job),
            more ? after : null,
            more && found.Count < PageSize ? looked : null,
            [.. names],
            on.Where(alarm => alarm.Job is not null).ToLookup(alarm => alarm.Job!.Value));
    }
}
