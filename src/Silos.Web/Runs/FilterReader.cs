using System.Text.Json;
using Silos.Client.Json;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Web.Runs;

/// <summary>
/// Reads <c>{"group": "AND", "conditions": [{"field": …, "operator": …, "value": …}]}</c>, groups inside groups included.
/// Only what a vocabulary lists passes.
/// </summary>
internal sealed class FilterReader(FilterVocabulary vocabulary, List<FieldProblem> problems)
{
    private const int Deepest = 5;
    private const int MostConditions = 100;
    private const int MostValues = 100;

    private static readonly Dictionary<string, FilterOperator> Operators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["="] = FilterOperator.Equal,
        ["!="] = FilterOperator.NotEqual,
        ["<"] = FilterOperator.Less,
        ["<="] = FilterOperator.LessOrEqual,
        [">"] = FilterOperator.Greater,
        [">="] = FilterOperator.GreaterOrEqual,
        ["contains"] = FilterOperator.Contains,
        ["like"] = FilterOperator.Contains,
        ["in"] = FilterOperator.In,
        ["empty"] = FilterOperator.Empty,
        ["not_empty"] = FilterOperator.NotEmpty,
    };

    private int _conditions;

    /// <summary>Reads a group or a condition; null if something is wrong with it.</summary>
    public Filter? Read(JsonElement json, string path, int depth = 1)
    {
        if (JsonFields.Open(json, path, problems) is not { } fields)
        {
            return null;
        }

        return json.TryGetProperty("field", out _) || json.TryGetProperty("operator", out _)
            ? Condition(fields)
            : Group(fields, depth);
    }

    private FilterGroup? Group(JsonFields fields, int depth)
    {
        if (depth > Deepest)
        {
            fields.Report("conditions", null, $"are nested more than {Deepest} groups deep");
            return null;
        }

        var word = fields.Text("group", 10) ?? "AND";
        var all = word.Equals("AND", StringComparison.OrdinalIgnoreCase);
        if (!all && !word.Equals("OR", StringComparison.OrdinalIgnoreCase))
        {
            fields.Report("group", word, "must be AND or OR");
        }

        var conditions = new List<Filter>();
        if (fields.TryGet("conditions", out var list))
        {
            if (list.ValueKind != JsonValueKind.Array)
            {
                problems.Add(JsonFields.Wrong(fields.PathOf("conditions"), list, "a list of conditions"));
            }
            else
            {
                var index = 0;
                foreach (var item in list.EnumerateArray())
                {
                    if (Read(item, $"{fields.PathOf("conditions")}[{index++}]", depth + 1) is { } condition)
                    {
                        conditions.Add(condition);
                    }
                }
            }
        }

        fields.Close();

        // A group without conditions filters nothing: what a form sends whose fields are all empty.
        return new FilterGroup(all || conditions.Count == 0, conditions);
    }

    private Filter? Condition(JsonFields fields)
    {
        var before = problems.Count;
        var field = fields.Text("field", 100, required: true);
        var word = fields.Text("operator", 20) ?? "=";
        var hasValue = fields.TryGet("value", out var value);
        fields.Close();
        if (++_conditions > MostConditions)
        {
            fields.Report("field", field, $"is one condition too many; at most {MostConditions} are accepted");
        }

        if (field is not null && !vocabulary.Fields.ContainsKey(field))
        {
            fields.Report("field", field, $"is not known (known: {string.Join(", ", vocabulary.Fields.Keys)})");
        }

        if (!Operators.TryGetValue(word, out var comparison))
        {
            fields.Report("operator", word, $"is not known (known: {string.Join(", ", Operators.Keys)})");
        }

        if (problems.Count > before)
        {
            return null;
        }

        var kind = vocabulary.Fields[field!];
        if (!Fits(kind, comparison))
        {
            fields.Report("operator", word, $"does not fit the field '{field}' (which takes {string.Join(", ", Operators.Where(o => Fits(kind, o.Value)).Select(o => o.Key))})");
            return null;
        }

        var values = Values(fields, comparison, kind, hasValue, value, word.Equals("like", StringComparison.OrdinalIgnoreCase));
        return problems.Count > before
            ? null
            : vocabulary.Translate(new FilterCondition(field!, comparison, values), problem => fields.Report("value", Shown(value), problem));
    }

    private static bool Fits(FilterKind kind, FilterOperator comparison) => comparison switch
    {
        FilterOperator.Equal or FilterOperator.NotEqual or FilterOperator.In => true,
        FilterOperator.Empty or FilterOperator.NotEmpty => kind is not (FilterKind.Tag or FilterKind.State or FilterKind.Id),
        FilterOperator.Contains => kind == FilterKind.Text,
        _ => kind is FilterKind.Number or FilterKind.Instant,
    };

    private static string? Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static List<object> Values(
        JsonFields fields, FilterOperator comparison, FilterKind kind, bool hasValue, JsonElement value, bool like)
    {
        if (comparison is FilterOperator.Empty or FilterOperator.NotEmpty)
        {
            if (hasValue)
            {
                fields.Report("value", Shown(value), "must be left out with this operator");
            }

            return [];
        }

        if (!hasValue)
        {
            fields.Report("value", null, "is required");
            return [];
        }

        if (comparison != FilterOperator.In)
        {
            return Value(fields, kind, value, like) is { } one ? [one] : [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MostValues)
        {
            fields.Report("value", null, $"must be a list of 1 to {MostValues} values with the operator in");
            return [];
        }

        var values = new List<object>();
        foreach (var item in value.EnumerateArray())
        {
            if (Value(fields, kind, item, like: false) is { } one)
            {
                values.Add(one);
            }
        }

        return values;
    }

    private static object? Value(JsonFields fields, FilterKind kind, JsonElement value, bool like)
    {
        if (kind == FilterKind.Number)
        {
            return fields.NumberOf(value, "value", long.MinValue, long.MaxValue);
        }

        if (fields.TextOf(value, "value", 1_000) is not { } text)
        {
            return null;
        }

        switch (kind)
        {
            case FilterKind.Instant:
                if (InstantText.TryParse(text, out var instant))
                {
                    return instant;
                }

                fields.Report("value", text, $"must be {InstantText.Hint}");
                return null;
            case FilterKind.Id:
                if (RunId.TryParse(text, out var id))
                {
                    return id;
                }

                fields.Report("value", text, "must be the id of a run, a UUID");
                return null;
            case FilterKind.State:
                if (Words.TryParse<RunState>(text, out var state))
                {
                    return state;
                }

                fields.Report("value", text, $"must be one of {Words.List<RunState>()}");
                return null;
            default:
                return like ? Like(fields, text) : text;
        }
    }

    private static string? Like(JsonFields fields, string text)
    {
        var inner = text.Trim('%');
        if (!inner.Contains('%', StringComparison.Ordinal) && (text.Length == inner.Length || (text[0] == '%' && text[^1] == '%')))
        {
            return inner;
        }

        fields.Report("value", text, "must be written text or %text%: like looks for a text anywhere, other patterns have no meaning");
        return null;
    }
}
