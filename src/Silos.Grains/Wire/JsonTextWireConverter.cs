using System.Text.Json;
using System.Text.Json.Serialization;

namespace Silos.Grains.Wire;

/// <summary>Writes a piece of JSON as an array of it alone, so that JSON's <c>null</c> and no JSON at all stay two things.</summary>
internal sealed class JsonTextWireConverter : JsonConverter<JsonText>
{
    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read())
        {
            throw new JsonException("A piece of JSON must be wrapped into an array.");
        }

        using var document = JsonDocument.ParseValue(ref reader);
        var text = document.RootElement.GetRawText();
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray
            ? JsonText.Trusted(text)
            : throw new JsonException("A piece of JSON must be alone in its array.");
    }

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteRawValue(value.Text, skipInputValidation: true);
        writer.WriteEndArray();
    }
}
