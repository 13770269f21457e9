using Silos.Runs;
using Silos.Stores;

namespace Silos.Testing;

/// <summary>What a <see cref="Filter"/> means, in plain C#: the yardstick for filters in SQL.</summary>
public static class RunFilter
{
    /// <summary>Tells whether a run matches; everything matches null.</summary>
    public static bool Matches(Run run, Filter? filter)
    {
        ArgumentNullException.ThrowIfNull(run);
        return filter switch
        {
            null => true,
            FilterGroup { All: true } group => group.Conditions.All(condition => Matches(run, condition)),
            FilterGroup group => group.Conditions.Any(condition => Matches(run, condition)),
            FilterCondition { Field: "tag" } condition => MatchesTag(run.Options.Tags, condition),
            FilterCondition condition => Matches(Value(run, condition.Field), condition),
            _ => throw new ArgumentException($"Unknown filter {filter.GetType()}.", nameof(filter)),
        };
    }

    private static object? Value(Run run, string field) => field switch
    {
        "id" => run.Id,
        "job" => run.Job?.Value,
        "handler" => run.Handler,
        "queue" => run.Queue.Value,
        "state" => run.State,
        "priority" => (long)run.Priority,
        "attempt" => (long)run.Attempt,
        "duration" => run.DurationMs,
        "due_at" => run.DueAt,
        "enqueued_at" => run.EnqueuedAt,
        "started_at" => run.StartedAt,
        "ended_at" => run.EndedAt,
        "error" => run.Error?.Message,
        "requested_by" => run.RequestedBy,
        "worker" => run.Worker,
        _ => throw new ArgumentException($"Unknown field {field}.", nameof(field)),
    };

    private static bool MatchesTag(IReadOnlyList<string> tags, FilterCondition condition) => condition.Operator switch
    {
        FilterOperator.Equal or FilterOperator.In => condition.Values.Any(value => tags.Contains((string)value)),
        FilterOperator.NotEqual => !tags.Contains((string)condition.Values[0]),
        _ => throw new ArgumentException($"A tag has no {condition.Operator}.", nameof(condition)),
    };

    private static bool Matches(object? value, FilterCondition condition) => condition.Operator switch
    {
        FilterOperator.Equal or FilterOperator.In => value is not null && condition.Values.Contains(value),
        FilterOperator.NotEqual => value is null || !value.Equals(condition.Values[0]),
        FilterOperator.Empty => value is null,
        FilterOperator.NotEmpty => value is not null,
        FilterOperator.Contains => value is string text && text.Contains((string)condition.Values[0], StringComparison.OrdinalIgnoreCase),
        FilterOperator.Less => Compare(value, condition) < 0,
        FilterOperator.LessOrEqual => Compare(value, condition) <= 0,
        FilterOperator.Greater => Compare(value, condition) > 0,
        _ => Compare(value, condition) >= 0,
    };

    private static int? Compare(object? value, FilterCondition condition) =>
        value is null ? null : ((IComparable)Ordered(value)).CompareTo(Ordered(condition.Values[0]));

    private static object Ordered(object value) => value is RunId id ? id.Value : value;
}
