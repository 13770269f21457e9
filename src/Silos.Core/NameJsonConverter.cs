using System.Text.Json;
using System.Text.Json.Serialization;

namespace Silos;

/// <summary>Writes a name as JSON text, and as the name of a member where it is a key.</summary>
internal abstract class NameJsonConverter<TName>(Func<string, TName> parse, Func<TName, string> text) : JsonConverter<TName>
    where TName : struct
{
    public override TName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        parse(reader.GetString() ?? string.Empty);

    public override void Write(Utf8JsonWriter writer, TName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(text(value));

    public override TName ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        parse(reader.GetString() ?? string.Empty);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, TName value, JsonSerializerOptions options) =>
        writer.WritePropertyName(text(value));
}
