using System.Globalization;
using Silos.Stores;
using Silos.Web.Dashboard.Parts;
using Silos.Web.Runs;

namespace Silos.Web.Dashboard.Runs;

/// <summary>A filter as people say it: <c>job is nightly and state is failed or dead</c>.</summary>
internal static class FilterWords
{
    private const int MostListed = 5;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["due_at"] = "due",
        ["enqueued_at"] = "asked for",
        ["started_at"] = "started",
        ["ended_at"] = "ended",
        ["requested_by"] = "asked for by",
        ["duration"] = "took",
    };

    /// <summary>Says a filter, to go after "all runs where".</summary>
    public static string Of(Filter filter) => Say(SearchText.Simplify(filter), outermost: true);

    private static string Say(Filter filter, bool outermost)
    {
        if (SearchText.WordAnywhere(filter) is { } word)
        {
            return $"job, handler or error contains “{word}”";
        }

        if (filter is not FilterGroup group)
        {
            return filter is FilterCondition condition ? Condition(condition) : string.Empty;
        }

        if (group.Conditions.Count == 0)
        {
            return group.All ? "nothing is asked" : "nothing can be true";
        }

        var all = string.Join(group.All ? " and " : ", or ", group.Conditions.Select(inner => Say(inner, outermost: false)));
        return outermost ? all : $"({all})";
    }

    private static string Condition(FilterCondition condition)
    {
        var kind = Filter.Fields[condition.Field];
        var name = Names.GetValueOrDefault(condition.Field, condition.Field);
        if (kind == FilterKind.Tag)
        {
            return $"{(condition.Operator == FilterOperator.NotEqual ? "no tag is" : "a tag is")} {Values(condition)}";
        }

        return condition.Operator switch
        {
            FilterOperator.Empty => $"there is no “{name}”",
            FilterOperator.NotEmpty => $"there is a “{name}”",
            FilterOperator.Contains => $"{name} contains “{condition.Values[0]}”",
            _ when kind == FilterKind.Instant => $"it was {(condition.Field == "due_at" ? "due" : name)} {When(condition.Operator)} {Values(condition)}",
            _ when condition.Field == "duration" => $"it took {Compared(condition.Operator)} {Values(condition)}",
            _ when condition.Field == "requested_by" => $"it was asked for by {(condition.Operator == FilterOperator.NotEqual ? "others than " : "")}{Values(condition)}",
            FilterOperator.Equal or FilterOperator.In => $"{name} is {Values(condition)}",
            FilterOperator.NotEqual => $"{name} is not {Values(condition)}",
            var other => $"{name} is {Compared(other)} {Values(condition)}",
        };
    }

    private static string When(FilterOperator comparison) => comparison switch
    {
        FilterOperator.Less => "before",
        FilterOperator.LessOrEqual => "up to",
        FilterOperator.Greater => "after",
        FilterOperator.GreaterOrEqual => "from",
        FilterOperator.NotEqual => "at another instant than",
        _ => "at",
    };

    private static string Compared(FilterOperator comparison) => comparison switch
    {
        FilterOperator.Less => "less than",
        FilterOperator.LessOrEqual => "at most",
        FilterOperator.Greater => "more than",
        FilterOperator.GreaterOrEqual => "at least",
        FilterOperator.NotEqual => "anything but",
        _ => "exactly",
    };

    private static string Values(FilterCondition condition)
    {
        if (condition.Field == "id" && condition.Values.Count > 1)
        {
            return $"one of the {condition.Values.Count} that were ticked";
        }

        var words = condition.Values.Take(MostListed).Select(value => Value(condition.Field, value)).ToList();
        var more = condition.Values.Count - words.Count;
        return more > 0 ? $"{string.Join(", ", words)} or one of {more} more"
            : words.Count > 1 ? $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}"
            : words[0];
    }

    private static string Value(string field, object value) => value switch
    {
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture),
        long milliseconds when field == "duration" => TimeWords.Rough(TimeSpan.FromMilliseconds(milliseconds)),
        string { Length: 0 } => "empty",
        _ => FilterWriter.TextOf(value),
    };
}
