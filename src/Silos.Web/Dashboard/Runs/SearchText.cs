using System.Text.Json;
using Silos.Client.Json;
using Silos.Stores;
using Silos.Web.Runs;

namespace Silos.Web.Dashboard.Runs;

/// <summary>Writes a filter as somebody would type it into the search box: what <see cref="RunSearch"/> reads. What has no words there is written as JSON.</summary>
internal static class SearchText
{
    private static readonly string[] Anywhere = ["job", "handler", "error"];

    /// <summary>Writes a filter; nothing for everything.</summary>
    public static string Of(Filter filter)
    {
        var simple = Simplify(filter);
        return simple is FilterGroup { All: true, Conditions.Count: 0 }
            ? string.Empty
            : Alternatives(simple) ?? JsonSerializer.Serialize(FilterWriter.Write(simple), ClientJson.Readable.FilterDocument);
    }

    /// <summary>Writes the same with fewer groups: none of one, none in a group of its own kind, no choice among one value.</summary>
    public static Filter Simplify(Filter filter)
    {
        if (filter is not FilterGroup group)
        {
            return filter is FilterCondition { Operator: FilterOperator.In, Values.Count: 1 } single ? single with { Operator = FilterOperator.Equal } : filter;
        }

        var conditions = new List<Filter>();
        foreach (var condition in group.Conditions.Select(Simplify))
        {
            if (condition is FilterGroup inner && inner.All == group.All && WordAnywhere(inner) is null)
            {
                conditions.AddRange(inner.Conditions);
            }
            else
            {
                conditions.Add(condition);
            }
        }

        return conditions.Count == 1 ? conditions[0] : group with { Conditions = conditions };
    }

    /// <summary>Gets the word that is looked for in several fields, if that is what a filter does.</summary>
    public static string? WordAnywhere(Filter filter) =>
        filter is FilterGroup { All: false, Conditions: [FilterCondition { Values: [string word] }, _, _] } group
        && group.Conditions.OfType<FilterCondition>()
            .Where(condition => condition.Operator == FilterOperator.Contains && condition.Values is [string other] && other == word)
            .Select(condition => condition.Field).SequenceEqual(Anywhere)
            ? word
            : null;

    private static string? Alternatives(Filter filter) =>
        filter is FilterGroup { All: false, Conditions.Count: > 0 } any && WordAnywhere(any) is null ? Joined(any, " or ", All) : All(filter);

    private static string? All(Filter filter) => filter is FilterGroup { All: true, Conditions.Count: > 0 } all ? Joined(all, " ", One) : One(filter);

    private static string? Joined(FilterGroup group, string between, Func<Filter, string?> write)
    {
        var words = group.Conditions.Select(write).ToList();
        return words.Contains(null) ? null : string.Join(between, words);
    }

    private static string? One(Filter filter) => filter switch
    {
        FilterCondition condition => Condition(condition),
        _ => WordAnywhere(filter) is { } word ? Word(word) : null,
    };

    private static string? Condition(FilterCondition condition)
    {
        var values = condition.Values.Select(FilterWriter.TextOf).ToList();
        return condition.Operator switch
        {
            FilterOperator.Empty => $"{condition.Field}:none",
            FilterOperator.NotEmpty => $"{condition.Field}:any",
            FilterOperator.In => values.TrueForAll(IsPlain) ? $"{condition.Field}:{string.Join(',', values)}" : null,
            FilterOperator.Equal => With(condition.Field, ":", values[0]),
            FilterOperator.Contains => With(condition.Field, "~", values[0]),
            var other => With(condition.Field, FilterWriter.SignOf(other), values[0]),
        };
    }

    private static string? With(string field, string sign, string value) => Quoted(value) is { } text ? $"{field}{sign}{text}" : null;

    private static string? Quoted(string value) =>
        IsPlain(value) && value is not ("none" or "any") ? value : value.Contains('"', StringComparison.Ordinal) ? null : $"\"{value}\"";

    private static string? Word(string word) => word != "or" && word.All(char.IsAsciiLetterOrDigit) ? word : word.Contains('"', StringComparison.Ordinal) ? null : $"\"{word}\"";

    private static bool IsPlain(string value) => value.Length > 0 && value.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or '+');
}
