using System.Globalization;
using System.Text.Json;

namespace Silos.Handlers.DataProcessing.Rows;

/// <summary>Values of rows as text, numbers and JSON, the same in every culture.</summary>
internal static class Cells
{
    private const NumberStyles Number =
        NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign
        | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly string[] Times =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd",
    ];

    /// <summary>Tells whether there is nothing: null, or the empty text.</summary>
    public static bool IsEmpty(object? value) => value is null or "";

    public static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        RawJson json => json.Text,
        DateTimeOffset { Offset.Ticks: 0 } time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToBase64String(bytes),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>Reads a number exactly; there are no thousands separators, and the decimal separator is a point.</summary>
    public static bool TryNumber(object? value, out decimal number)
    {
        switch (value)
        {
            case decimal exact:
                number = exact;
                return true;
            case long or int or short or byte:
                number = Convert.ToDecimal(value, CultureInfo.InvariantCulture);
                return true;
            case bool or null:
                number = 0;
                return false;
            default:
                return decimal.TryParse(Text(value), Number, CultureInfo.InvariantCulture, out number);
        }
    }

    public static bool TryDouble(object? value, out double number) => double.TryParse(
        Text(value), Number, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    public static bool TryFlag(object? value, out bool flag)
    {
        bool? found = Text(value)?.Trim().ToUpperInvariant() switch
        {
            "TRUE" or "1" or "YES" => true,
            "FALSE" or "0" or "NO" => false,
            _ => null,
        };
        flag = found == true;
        return found is not null;
    }

    /// <summary>Reads ISO 8601; a time without an offset is UTC.</summary>
    public static bool TryTime(object? value, out DateTimeOffset time)
    {
        switch (value)
        {
            case DateTimeOffset exact:
                time = exact;
                return true;
            case DateTime { Kind: DateTimeKind.Local } local:
                time = new DateTimeOffset(local);
                return true;
            case DateTime other:
                time = new DateTimeOffset(DateTime.SpecifyKind(other, DateTimeKind.Utc));
                return true;
            default:
                return DateTimeOffset.TryParseExact(
                    Text(value)?.Trim(), Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        }
    }

    public static bool TryDate(object? value, out DateOnly date)
    {
        if (value is DateTime time)
        {
            date = DateOnly.FromDateTime(time);
            return true;
        }

        return DateOnly.TryParseExact(
            Text(value)?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    /// <summary>Reads a value of JSON; numbers exactly.</summary>
    /// <exception cref="BadRowException">A number has more digits than can be kept, or a text is not Unicode.</exception>
    public static object? FromJson(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Number:
                return element.TryGetDecimal(out var number)
                    ? number
                    : throw new BadRowException($"'{FieldProblem.Shorten(element.GetRawText())}' is too large a number");
            case JsonValueKind.String:
                try
                {
                    return element.GetString();
                }
                catch (InvalidOperationException)
                {
                    throw new BadRowException("a text has an unpaired surrogate");
                }

            default:
                return new RawJson(element.GetRawText());
        }
    }

    public static void WriteJson(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case long or int or short or byte:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double or float when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                writer.WriteRawValue(Text(value)!.Replace("E+", "E", StringComparison.Ordinal));
                break;
            case RawJson json:
                writer.WriteRawValue(json.Text);
                break;
            default:
                writer.WriteStringValue(Text(value));
                break;
        }
    }
}
