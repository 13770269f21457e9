using Silos.Runs;

namespace Silos.Stores;

/// <summary>Which states a run may be in for a filter to match it: a table that holds none of them need not be searched.</summary>
public static class FilterStates
{
    private static readonly RunState[] Every = Enum.GetValues<RunState>();

    /// <summary>Gets a set that holds every state of a match; it may hold more.</summary>
    /// <param name="filter">The filter; null for everything.</param>
    public static IReadOnlyCollection<RunState> Of(Filter? filter) => filter switch
    {
        FilterCondition { Field: "state", Operator: FilterOperator.Equal or FilterOperator.In } condition =>
            [.. condition.Values.OfType<RunState>()],
        FilterCondition { Field: "state", Operator: FilterOperator.NotEqual } condition => [.. Every.Except(condition.Values.OfType<RunState>())],
        FilterGroup { All: true } group => group.Conditions.Aggregate(
            (IReadOnlyCollection<RunState>)Every, static (states, condition) => [.. states.Intersect(Of(condition))]),
        FilterGroup { Conditions.Count: > 0 } group => [.. group.Conditions.SelectMany(Of).Distinct()],
        _ => Every,
    };
}
