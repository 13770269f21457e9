using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Silos;

/// <summary>A piece of JSON kept as the text it was written in: payloads, results, metadata.</summary>
/// <remarks>Kept as text because Silos stores and forwards it without looking inside; a handler reads it as its own type.</remarks>
[JsonConverter(typeof(JsonTextJsonConverter))]
public readonly record struct JsonText
{
    /// <summary>How many levels deep JSON may be nested: with what is written around it, it stays within the 64 that readers accept by default.</summary>
    public const int MaxDepth = 56;

    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = MaxDepth };
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { MaxDepth = MaxDepth };

    private readonly string? _text;

    private JsonText(string text) => _text = text;

    /// <summary>Gets the JSON; <c>null</c> (the JSON literal) for the default value.</summary>
    public string Text => _text ?? "null";

    /// <summary>Tells whether this is JSON's <c>null</c>.</summary>
    [JsonIgnore]
    public bool IsNull => _text is null or "null";

    /// <summary>Takes text that is known to be JSON, such as what a store returns, without checking it again.</summary>
    public static JsonText Trusted(string text) => new(text);

    /// <summary>Writes <paramref name="value"/> with the web defaults of System.Text.Json (camel case).</summary>
    /// <exception cref="JsonException">The value is nested deeper than <see cref="MaxDepth"/>, or refers to itself.</exception>
    public static JsonText From<T>(T value, JsonSerializerOptions? options = null) =>
        new(JsonSerializer.Serialize(value, options ?? Web));

    /// <summary>Accepts JSON (RFC 8259), nested at most <see cref="MaxDepth"/> levels deep.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JsonText json)
    {
        json = default;
        if (text is null)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Depth);
            json = new JsonText(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="InvalidException"><paramref name="text"/> is not JSON, or nested too deeply.</exception>
    public static JsonText Parse(string text) =>
        TryParse(text, out var json) ? json : throw new InvalidException("json", text, $"must be JSON, nested at most {MaxDepth} levels deep");

    /// <summary>Reads the JSON as <typeparamref name="T"/> with the web defaults of System.Text.Json.</summary>
    /// <exception cref="JsonException">The JSON does not have the shape of <typeparamref name="T"/>.</exception>
    public T? As<T>(JsonSerializerOptions? options = null) =>
        JsonSerializer.Deserialize<T>(Text, options ?? JsonSerializerOptions.Web);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>Writes a <see cref="JsonText"/> as the JSON it is. Public for the source generators of other assemblies.</summary>
public sealed class JsonTextJsonConverter : JsonConverter<JsonText>
{
    /// <inheritdoc/>
    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonText.Trusted(document.RootElement.GetRawText());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text);
}
