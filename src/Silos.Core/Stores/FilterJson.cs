using System.Globalization;
using System.Text.Json.Nodes;
using Silos.Runs;

namespace Silos.Stores;

/// <summary>Writes filters as JSON and reads them back, for whoever keeps one. What people write is checked elsewhere.</summary>
public static class FilterJson
{
    /// <summary>Writes a filter.</summary>
    public static JsonText Write(Filter filter) => JsonText.Trusted(ToNode(filter).ToJsonString());

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Filter Read(JsonText json) => FromNode(JsonNode.Parse(json.Text) ?? throw new FormatException("A filter must not be null."));

    private static JsonNode ToNode(Filter filter) => filter switch
    {
        FilterGroup group => new JsonObject
        {
            ["all"] = group.All,
            ["of"] = new JsonArray([.. group.Conditions.Select(ToNode)]),
        },
        FilterCondition condition => new JsonObject
        {
            ["field"] = condition.Field,
            ["is"] = condition.Operator.ToString(),
            ["values"] = new JsonArray([.. condition.Values.Select(value => JsonValue.Create(Text(value)))]),
        },
        _ => throw new FormatException($"{filter.GetType().Name} is no filter."),
    };

    private static Filter FromNode(JsonNode node)
    {
        if (node["of"] is JsonArray conditions)
        {
            return new FilterGroup((bool)node["all"]!, [.. conditions.Select(condition => FromNode(condition!))]);
        }

        var field = (string?)node["field"];
        if (field is null || !Filter.Fields.TryGetValue(field, out var kind) || !Enum.TryParse<FilterOperator>((string?)node["is"], out var comparison))
        {
            throw new FormatException($"'{field}' is no condition.");
        }

        return new FilterCondition(field, comparison, [.. node["values"]!.AsArray().Select(value => Value(kind, (string)value!))]);
    }

    private static string Text(object value) => value switch
    {
        DateTimeOffset instant => instant.ToString("O", CultureInfo.InvariantCulture),
        RunState state => state.ToText(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static object Value(FilterKind kind, string text) => kind switch
    {
        FilterKind.Number => long.Parse(text, CultureInfo.InvariantCulture),
        FilterKind.Instant => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture),
        FilterKind.Id => RunId.Parse(text),
        FilterKind.State => Enum.GetValues<RunState>().First(state => state.ToText() == text),
        _ => text,
    };
}
