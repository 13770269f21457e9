namespace Silos.Stores;

/// <summary>A condition on runs: a comparison, or a group of conditions.</summary>
public abstract record Filter
{
    /// <summary>The fields that may be compared, with their kinds. Nothing else reaches a store.</summary>
    public static IReadOnlyDictionary<string, FilterKind> Fields { get; } = new Dictionary<string, FilterKind>(StringComparer.Ordinal)
    {
        ["id"] = FilterKind.Id,
        ["job"] = FilterKind.Text,
        ["handler"] = FilterKind.Text,
        ["queue"] = FilterKind.Text,
        ["state"] = FilterKind.State,
        ["priority"] = FilterKind.Number,
        ["attempt"] = FilterKind.Number,
        ["duration"] = FilterKind.Number,
        ["due_at"] = FilterKind.Instant,
        ["enqueued_at"] = FilterKind.Instant,
        ["started_at"] = FilterKind.Instant,
        ["ended_at"] = FilterKind.Instant,
        ["error"] = FilterKind.Text,
        ["requested_by"] = FilterKind.Text,
        ["worker"] = FilterKind.Text,
        ["tag"] = FilterKind.Tag,
    };
}

/// <summary>What a field holds, and so how its value is read and which operators make sense.</summary>
public enum FilterKind
{
    /// <summary>Text: all operators but <c>&lt; &lt;= &gt; &gt;=</c>; <c>like</c> and <c>contains</c> ignore case.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>An instant, ISO 8601 with offset.</summary>
    Instant,

    /// <summary>A run id.</summary>
    Id,

    /// <summary>A run state, as in <see cref="Runs.RunStates.ToText"/>.</summary>
    State,

    /// <summary>One of the run's tags: only <c>=</c>, <c>!=</c> and <c>in</c>.</summary>
    Tag,
}

/// <summary>How a field is compared.</summary>
public enum FilterOperator
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>!=</c>; also true where the field is empty.</summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>contains</c>: the text occurs anywhere, whatever its case; wildcards have no meaning.</summary>
    Contains,

    /// <summary><c>in</c>: equal to one of several values.</summary>
    In,

    /// <summary><c>empty</c>: the field has no value.</summary>
    Empty,

    /// <summary><c>not_empty</c>: the field has a value.</summary>
    NotEmpty,
}

/// <summary>All (AND) or any (OR) of some conditions. An empty AND is true, an empty OR is false.</summary>
/// <param name="All">Whether all must hold; otherwise any.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record FilterGroup(bool All, IReadOnlyList<Filter> Conditions) : Filter;

/// <summary>A comparison, already checked: the field is known, the values are of its kind.</summary>
/// <param name="Field">A key of <see cref="Filter.Fields"/>.</param>
/// <param name="Operator">How to compare.</param>
/// <param name="Values">
/// The values, typed by the field's kind: <see cref="string"/>, <see cref="long"/>, <see cref="DateTimeOffset"/>,
/// <see cref="Runs.RunId"/>, <see cref="Runs.RunState"/>. One, except for <c>in</c> (1 to 100) and <c>empty</c> (none).
/// </param>
public sealed record FilterCondition(string Field, FilterOperator Operator, IReadOnlyList<object> Values) : Filter;
