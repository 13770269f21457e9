using System.Text.Json;
using Silos.Handlers.DataProcessing.Rows;

namespace Silos.Handlers.DataProcessing.Mapping;

/// <summary>A comparison of a column's value with a constant. Numbers compare as numbers, everything else as text by its characters' codes.</summary>
internal sealed class Condition
{
    public const string Operators = "=, !=, <, <=, >, >=, in, contains, startsWith, endsWith, empty or notEmpty";

    private readonly string _operator;
    private readonly IReadOnlyList<object?> _values;

    private Condition(string column, string @operator, IReadOnlyList<object?> values)
    {
        Column = column;
        _operator = @operator;
        _values = values;
    }

    public string Column { get; }

    public static Condition Read(PayloadObject condition)
    {
        var column = condition.Text("column", "must name the column to look at");
        var symbol = condition.TextOrNull("op") ?? "=";
        var value = condition.Find("value");
        IReadOnlyList<object?> values = symbol switch
        {
            "empty" or "notEmpty" => value is null ? [] : throw condition.Problem("value", value, $"must not be set with {symbol}"),
            "in" => value is { ValueKind: JsonValueKind.Array } list
                ? [.. list.EnumerateArray().Select(item => Constant(condition, item))]
                : throw condition.Problem("value", value?.GetRawText(), "must be a list of texts or numbers with in"),
            "=" or "!=" or "<" or "<=" or ">" or ">=" or "contains" or "startsWith" or "endsWith" => value is { } single
                ? [Constant(condition, single)]
                : throw condition.Problem("value", null, "is missing; it is what the column is compared with"),
            _ => throw condition.Problem("op", symbol, $"must be {Operators}"),
        };
        condition.End();
        return new Condition(column, symbol, values);
    }

    /// <exception cref="BadRowException">The value should be a number to be compared with one, and is none.</exception>
    public bool Holds(object? value)
    {
        switch (_operator)
        {
            case "empty":
                return Cells.IsEmpty(value);
            case "notEmpty":
                return !Cells.IsEmpty(value);
            case "in":
                return _values.Any(one => Compare(value, one) == 0);
            case "contains":
                return (Cells.Text(value) ?? string.Empty).Contains(Cells.Text(_values[0])!, StringComparison.Ordinal);
            case "startsWith":
                return (Cells.Text(value) ?? string.Empty).StartsWith(Cells.Text(_values[0])!, StringComparison.Ordinal);
            case "endsWith":
                return (Cells.Text(value) ?? string.Empty).EndsWith(Cells.Text(_values[0])!, StringComparison.Ordinal);
        }

        var order = Compare(value, _values[0]);
        return _operator switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>Orders two values; null where there is nothing to compare, which no order but <c>!=</c> accepts.</summary>
    private int? Compare(object? value, object? constant)
    {
        if (constant is not decimal number)
        {
            return value is null ? null : string.CompareOrdinal(Cells.Text(value), Cells.Text(constant));
        }

        if (Cells.IsEmpty(value))
        {
            return null;
        }

        return Cells.TryNumber(value, out var actual)
            ? actual.CompareTo(number)
            : throw new BadRowException($"{Column} '{FieldProblem.Shorten(Cells.Text(value))}' is not a number, and the filter compares numbers");
    }

    private static object? Constant(PayloadObject condition, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => PayloadObject.TextOf(condition.Path("value"), value),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number when value.TryGetDecimal(out var number) => number,
        _ => throw PayloadObject.Wrong(condition.Path("value"), value, "must be a text, a number, true or false"),
    };
}
