using System.Text.Json;
using Silos.Handlers.DataProcessing.Rows;

namespace Silos.Handlers.DataProcessing.Mapping;

/// <summary>Reads <c>cast</c>, <c>filter</c>, <c>set</c>, <c>rename</c> and <c>select</c>.</summary>
internal static class RowStepsReader
{
    public static RowSteps Read(PayloadObject payload)
    {
        var select = payload.Texts("select");
        if (select.Distinct(StringComparer.Ordinal).Count() != select.Count)
        {
            throw payload.Problem("select", string.Join(", ", select), "must not name a column twice");
        }

        return new RowSteps(
            ReadCasts(payload),
            ReadFilters(payload),
            ReadConstants(payload),
            payload.TextMap("rename"),
            payload.Has("select") ? select : null);
    }

    private static List<KeyValuePair<string, CellType>> ReadCasts(PayloadObject payload)
    {
        var casts = new List<KeyValuePair<string, CellType>>();
        foreach (var (column, type) in payload.TextMap("cast"))
        {
            casts.Add(KeyValuePair.Create(
                column, CellTypes.Parse(type) ?? throw payload.Problem($"cast.{FieldProblem.Shorten(column)}", type, CellTypes.Hint)));
        }

        return casts;
    }

    private static List<Condition> ReadFilters(PayloadObject payload)
    {
        const string Hint = "must be a condition such as {\"column\": \"amount\", \"op\": \">\", \"value\": 10}, or a list of them";
        var filters = new List<Condition>();
        switch (payload.Find("filter"))
        {
            case null:
                break;
            case { ValueKind: JsonValueKind.Object } one:
                filters.Add(Condition.Read(PayloadObject.From(one, payload.Path("filter"))));
                break;
            case { ValueKind: JsonValueKind.Array } list:
                filters.AddRange(list.EnumerateArray().Select(
                    (item, i) => Condition.Read(PayloadObject.From(item, $"{payload.Path("filter")}[{i}]"))));
                break;
            case { } other:
                throw PayloadObject.Wrong(payload.Path("filter"), other, Hint);
        }

        return filters;
    }

    private static List<KeyValuePair<string, object?>> ReadConstants(PayloadObject payload)
    {
        var constants = new List<KeyValuePair<string, object?>>();
        foreach (var (column, value) in payload.Members("set"))
        {
            try
            {
                constants.Add(KeyValuePair.Create(column, Cells.FromJson(value)));
            }
            catch (BadRowException exception)
            {
                throw payload.Problem($"set.{FieldProblem.Shorten(column)}", null, exception.Message);
            }
        }

        return constants;
    }
}
