namespace Silos.Stores;

/// <summary>What a filter says about when runs ended: whatever ended before need not be searched.</summary>
public static class FilterBounds
{
    /// <summary>How far apart the clocks may be by which a run was asked for and ended.</summary>
    public static readonly TimeSpan ClockDifference = TimeSpan.FromHours(1);

    /// <summary>Gets an instant, <see cref="ClockDifference"/> included, before which no run ended that matches; null if the filter does not say.</summary>
    /// <param name="filter">The filter; null for everything.</param>
    public static DateTimeOffset? EndedSince(Filter? filter) => Since(filter) is { } since && since - DateTimeOffset.MinValue > ClockDifference ? since - ClockDifference : null;

    // What came or began since then has ended since then.
    private static DateTimeOffset? Since(Filter? filter) => filter switch
    {
        FilterGroup { All: true } group => group.Conditions.Max(Since),
        FilterGroup { Conditions.Count: > 0 } group when group.Conditions.All(static one => Since(one) is not null) => group.Conditions.Min(Since),
        FilterCondition
        {
            Field: "enqueued_at" or "started_at" or "ended_at",
            Operator: FilterOperator.Equal or FilterOperator.Greater or FilterOperator.GreaterOrEqual,
            Values: [DateTimeOffset since, ..],
        } => since,
        _ => null,
    };
}
