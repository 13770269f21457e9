using System.Text.Json;
using Silos.Client.Json;
using Silos.Operations;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Runs;

namespace Silos.Web.Operations;

/// <summary>Reads the body of <c>POST /api/operations</c>.</summary>
internal static class OperationRequestReader
{
    /// <summary>What is asked for.</summary>
    public sealed record Wanted(OperationAction Action, Filter Filter, string? Reason, bool DryRun);

    public static Wanted Read(JsonElement json, List<FieldProblem> problems)
    {
        var nothing = new Wanted(default, new FilterGroup(All: true, []), null, DryRun: true);
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return nothing;
        }

        if (!fields.TryGet("action", out _))
        {
            fields.Report("action", null, $"is required: {Words.List<OperationAction>()}");
        }

        var action = fields.Word<OperationAction>("action") ?? default;
        var filter = fields.Object("filter") is { } given ? ReadFilter(given, problems) : null;
        if (!fields.TryGet("filter", out _))
        {
            fields.Report("filter", null, "is required: which runs, as in GET /api/runs");
        }

        var wanted = nothing with { Action = action, Filter = filter ?? nothing.Filter, Reason = fields.Text("reason", OperationDesk.LongestReason), DryRun = fields.Flag("dryRun") ?? false };
        fields.Close();
        return wanted;
    }

    private static FilterGroup ReadFilter(JsonFields fields, List<FieldProblem> problems)
    {
        var conditions = new List<Filter>();
        States(fields, conditions);
        foreach (var name in (string[])["job", "handler", "queue", "tag"])
        {
            if (fields.Text(name, 200) is { } text)
            {
                conditions.Add(new FilterCondition(name, FilterOperator.Equal, [text]));
            }
        }

        Bound(fields, conditions, "since", FilterOperator.GreaterOrEqual);
        Bound(fields, conditions, "until", FilterOperator.Less);
        if (fields.TryGet("filter", out var group)
            && new FilterReader(RunFilterVocabulary.Instance, problems).Read(group, fields.PathOf("filter")) is { } more)
        {
            conditions.Add(more);
        }

        fields.Close();
        if (conditions.Count == 0 && problems.Count == 0)
        {
            fields.Report("state", null, "is required where nothing else is given: everything is too much to be asked for by leaving out");
        }

        return new FilterGroup(All: true, conditions);
    }

    private static void States(JsonFields fields, List<Filter> conditions)
    {
        if (fields.Text("state", 200) is not { } text)
        {
            return;
        }

        var states = new List<object>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Words.TryParse<RunState>(word, out var state))
            {
                states.Add(state);
            }
            else
            {
                fields.Report("state", word, $"must be one of {Words.List<RunState>()}, or several with commas between them");
            }
        }

        conditions.Add(new FilterCondition("state", FilterOperator.In, states));
    }

    private static void Bound(JsonFields fields, List<Filter> conditions, string name, FilterOperator comparison)
    {
        if (fields.Instant(name) is { } instant)
        {
            conditions.Add(new FilterCondition("enqueued_at", comparison, [instant]));
        }
    }
}
