using System.Text.Json;
using Silos.Handlers.DataProcessing.Rows;

namespace Silos.Handlers.DataProcessing.Aggregation;

/// <summary>What an aggregation computes.</summary>
/// <param name="GroupBy">The columns whose values make a group; empty for one group of all rows.</param>
/// <param name="Count">The name of the column for the number of rows; null if it is not wanted.</param>
/// <param name="Aggregates">The computations.</param>
/// <param name="MaxGroups">How many groups there may be.</param>
internal sealed record AggregationPlan(
    IReadOnlyList<string> GroupBy, string? Count, IReadOnlyList<Aggregate> Aggregates, int MaxGroups)
{
    /// <summary>Gets the columns of the result: the groups', the count, then each computation in the order sum, min, max, avg.</summary>
    public Columns Output { get; } = new(Names(GroupBy, Count, Aggregates), isFixed: true);

    public static AggregationPlan Read(PayloadObject payload, int maxGroups)
    {
        var groupBy = payload.Texts("groupBy");
        var aggregates = new List<Aggregate>();
        foreach (var (field, function) in new[]
        {
            ("sum", AggregateFunction.Sum), ("min", AggregateFunction.Min), ("max", AggregateFunction.Max), ("avg", AggregateFunction.Avg),
        })
        {
            aggregates.AddRange(payload.Texts(field).Select(column => new Aggregate(function, column)));
        }

        var count = payload.Find("count") switch
        {
            null or { ValueKind: JsonValueKind.False } => null,
            { ValueKind: JsonValueKind.True } => "count",
            { ValueKind: JsonValueKind.String } => payload.TextOrNull("count"),
            { } other => throw PayloadObject.Wrong(payload.Path("count"), other, "must be true, or the name of the column for the count"),
        };
        if (groupBy.Count == 0 && aggregates.Count == 0 && count is null)
        {
            throw payload.Problem("groupBy", null, "is missing; aggregate needs at least one of groupBy, count, sum, min, max and avg");
        }

        var names = Names(groupBy, count, aggregates);
        return names.FirstOrDefault(name => name.Length == 0 || names.Count(other => other == name) > 1) is { } twice
            ? throw payload.Problem("groupBy", twice, "must not make two columns of the result with the same name, nor one without a name")
            : new AggregationPlan(groupBy, count, aggregates, maxGroups);
    }

    private static string[] Names(IReadOnlyList<string> groupBy, string? count, IReadOnlyList<Aggregate> aggregates) =>
        [.. groupBy, .. count is null ? Array.Empty<string>() : [count], .. aggregates.Select(aggregate => aggregate.Name)];
}
