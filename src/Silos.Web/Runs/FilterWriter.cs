using System.Text.Json;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Web.Runs;

/// <summary>Writes filters as <c>GET /api/runs</c> takes them: what <see cref="FilterReader"/> reads.</summary>
internal static class FilterWriter
{
    /// <summary>Writes a filter.</summary>
    public static FilterDocument Write(Filter filter) => filter switch
    {
        FilterGroup group => new FilterDocument { Group = group.All ? "AND" : "OR", Conditions = [.. group.Conditions.Select(Write)] },
        FilterCondition condition => new FilterDocument { Field = condition.Field, Operator = SignOf(condition.Operator), Value = ValueOf(condition) },
        _ => throw new FormatException($"{filter.GetType().Name} is no filter."),
    };

    /// <summary>Gets an operator as it is written.</summary>
    public static string SignOf(FilterOperator comparison) => comparison switch
    {
        FilterOperator.Equal => "=",
        FilterOperator.NotEqual => "!=",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "<=",
        FilterOperator.Greater => ">",
        FilterOperator.GreaterOrEqual => ">=",
        FilterOperator.Contains => "contains",
        FilterOperator.In => "in",
        FilterOperator.Empty => "empty",
        _ => "not_empty",
    };

    /// <summary>Gets a value as it is written, without quotation marks.</summary>
    public static string TextOf(object value) => value switch
    {
        DateTimeOffset instant => InstantText.Format(instant.ToUniversalTime()),
        RunState state => state.ToText(),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static JsonText? ValueOf(FilterCondition condition) => condition.Operator switch
    {
        FilterOperator.Empty or FilterOperator.NotEmpty => null,
        FilterOperator.In => JsonText.Trusted($"[{string.Join(',', condition.Values.Select(JsonOf))}]"),
        _ => JsonText.Trusted(JsonOf(condition.Values[0])),
    };

    private static string JsonOf(object value) => value is long ? TextOf(value) : JsonSerializer.Serialize(TextOf(value));
}
