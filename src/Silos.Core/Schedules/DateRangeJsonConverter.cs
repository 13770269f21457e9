using System.Text.Json;
using System.Text.Json.Serialization;

namespace Silos.Schedules;

/// <summary>Writes a <see cref="DateRange"/> the way a person does.</summary>
internal sealed class DateRangeJsonConverter : JsonConverter<DateRange>
{
    public override DateRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return DateRange.TryParse(text, out var range)
            ? range
            : throw new JsonException(
                $"'{text}' is not a range of dates; {DateRange.Ways}.");
    }

    public override void Write(Utf8JsonWriter writer, DateRange value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
