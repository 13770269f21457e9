using System.Buffers;
using System.Text;
using Silos.Client.Json;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Runs;

/// <summary>Reads the query of <c>GET /api/runs</c>.</summary>
internal static class RunListQuery
{
    private const int LongestFilter = 8_000;

    public static RunQuery Read(QueryFields query, TenantId tenant)
    {
        var conditions = new List<Filter>();
        States(query, conditions);
        Equal(query, conditions, "job");
        Equal(query, conditions, "handler");
        Equal(query, conditions, "queue");
        Equal(query, conditions, "tag");
        Bound(query, conditions, "since", FilterOperator.GreaterOrEqual);
        Bound(query, conditions, "until", FilterOperator.Less);
        Group(query, conditions);
        var limit = query.Number("limit", 1, 500, 50);
        RunId? before = null;
        if (query.Text("cursor") is { } cursor)
        {
            if (RunId.TryParse(cursor, out var id))
            {
                before = id;
            }
            else
            {
                query.Report("cursor", cursor, "must be the 'next' of the previous page");
            }
        }

        return new RunQuery(tenant, conditions.Count == 0 ? null : new FilterGroup(All: true, conditions), before, limit);
    }

    private static void States(QueryFields query, List<Filter> conditions)
    {
        if (query.Text("state") is not { } text)
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
                query.Report("state", word, $"must be one of {Words.List<RunState>()}, or several with commas between them");
            }
        }

        conditions.Add(new FilterCondition("state", FilterOperator.In, states));
    }

    private static void Equal(QueryFields query, List<Filter> conditions, string name)
    {
        if (query.Text(name) is { } text)
        {
            conditions.Add(new FilterCondition(name, FilterOperator.Equal, [text]));
        }
    }

    private static void Bound(QueryFields query, List<Filter> conditions, string name, FilterOperator comparison)
    {
        if (query.Instant(name) is { } instant)
        {
            conditions.Add(new FilterCondition("enqueued_at", comparison, [instant]));
        }
    }

    private static void Group(QueryFields query, List<Filter> conditions)
    {
        if (query.Text("filter", LongestFilter) is not { } text)
        {
            return;
        }

        try
        {
            var json = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text));
            var filter = RequestBody.Parse(
                json, (element, problems) => new FilterReader(RunFilterVocabulary.Instance, problems).Read(element, "filter"));
            conditions.Add(filter!);
        }
        catch (InvalidException exception)
        {
            query.Problems.AddRange(exception.Problems.Select(p => p.Field == "body" ? p with { Field = "filter" } : p));
        }
    }
}
