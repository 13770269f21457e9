using System.Globalization;
using Silos.Handlers.DataProcessing.Rows;

namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>Makes values what a column of a table wants.</summary>
internal static class SqlValues
{
    /// <summary>Converts for a column; text that is empty is nothing, except where the column holds text.</summary>
    /// <exception cref="BadRowException">The value cannot be one of the column's type.</exception>
    public static object Convert(object? value, SqlColumn column)
    {
        if (value is null || (value is "" && column.Type != typeof(string)))
        {
            return DBNull.Value;
        }

        return Type.GetTypeCode(column.Type) switch
        {
            TypeCode.String => Cells.Text(value)!,
            TypeCode.Boolean => Cells.TryFlag(value, out var flag) ? flag : throw Bad(value, column, "true or false"),
            TypeCode.Decimal => Cells.TryNumber(value, out var number) ? number : throw Bad(value, column, "a number"),
            TypeCode.Double or TypeCode.Single => Cells.TryDouble(value, out var real) ? real : throw Bad(value, column, "a number"),
            TypeCode.Byte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 => Integer(value, column),
            TypeCode.DateTime => Time(value, column),
            _ => Other(value, column),
        };
    }

    private static object Integer(object value, SqlColumn column)
    {
        if (value is bool flag)
        {
            // Databases without booleans keep them as 1 and 0.
            return flag ? 1L : 0L;
        }

        try
        {
            return Cells.TryNumber(value, out var number) && decimal.IsInteger(number)
                ? System.Convert.ChangeType(number, column.Type, CultureInfo.InvariantCulture)
                : throw Bad(value, column, "a whole number");
        }
        catch (OverflowException)
        {
            throw Bad(value, column, "a whole number of that size");
        }
    }

    private static DateTime Time(object value, SqlColumn column)
    {
        if (!Cells.TryTime(value, out var time))
        {
            throw Bad(value, column, "a date or time in ISO 8601");
        }

        // Columns with a zone want an instant, those without one a reading of a clock; ours shows UTC.
        return column.TypeName.Contains("with time zone", StringComparison.OrdinalIgnoreCase)
            ? time.UtcDateTime
            : DateTime.SpecifyKind(time.UtcDateTime, DateTimeKind.Unspecified);
    }

    private static object Other(object value, SqlColumn column)
    {
        if (column.Type.IsInstanceOfType(value))
        {
            return value;
        }

        if (column.Type == typeof(Guid))
        {
            return Guid.TryParse(Cells.Text(value), out var id) ? id : throw Bad(value, column, "a UUID");
        }

        if (column.Type == typeof(DateOnly))
        {
            return Cells.TryDate(value, out var date) ? date : throw Bad(value, column, "a date such as 2025-01-31");
        }

        if (column.Type == typeof(DateTimeOffset))
        {
            return Cells.TryTime(value, out var time) ? time : throw Bad(value, column, "a date or time in ISO 8601");
        }

        // Columns without a type of their own (SQLite) take what comes.
        return value is RawJson json ? json.Text : value;
    }

    private static BadRowException Bad(object value, SqlColumn column, string wanted) =>
        new($"{column.Name} '{FieldProblem.Shorten(Cells.Text(value))}' is not {wanted}, which the column ({column.TypeName}) needs");
}
