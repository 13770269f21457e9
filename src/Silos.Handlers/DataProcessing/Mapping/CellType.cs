using Silos.Handlers.DataProcessing.Rows;

namespace Silos.Handlers.DataProcessing.Mapping;

/// <summary>What a value can be read as.</summary>
internal enum CellType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>An exact number of up to 28 digits.</summary>
    Decimal,

    /// <summary>True or false; also 1 and 0, yes and no.</summary>
    Boolean,

    /// <summary>A date, as in 2025-01-31.</summary>
    Date,

    /// <summary>An instant in ISO 8601; UTC unless it says otherwise.</summary>
    DateTime,
}

/// <summary>Reads values as types.</summary>
internal static class CellTypes
{
    public const string Hint = "must be text, integer, decimal, boolean, date or datetime";

    public static CellType? Parse(string text) => text switch
    {
        "text" or "string" => CellType.Text,
        "integer" => CellType.Integer,
        "decimal" or "number" => CellType.Decimal,
        "boolean" => CellType.Boolean,
        "date" => CellType.Date,
        "datetime" => CellType.DateTime,
        _ => null,
    };

    /// <exception cref="BadRowException">The value is not of the type.</exception>
    public static object? Read(object? value, CellType type, string column)
    {
        if (value is null || (type != CellType.Text && Cells.IsEmpty(value)))
        {
            return null;
        }

        object? read = type switch
        {
            CellType.Integer => Cells.TryNumber(value, out var number) && decimal.IsInteger(number)
                && number is >= long.MinValue and <= long.MaxValue ? (long)number : null,
            CellType.Decimal => Cells.TryNumber(value, out var exact) ? exact : null,
            CellType.Boolean => Cells.TryFlag(value, out var flag) ? flag : null,
            CellType.Date => Cells.TryDate(value, out var date) ? date : null,
            CellType.DateTime => Cells.TryTime(value, out var time) ? time : null,
            _ => Cells.Text(value),
        };
        return read ?? throw new BadRowException(
            $"{column} '{FieldProblem.Shorten(Cells.Text(value))}' is not {(type == CellType.Integer ? "an" : "a")} {type.ToString().ToLowerInvariant()}");
    }
}
