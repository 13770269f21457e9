using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Silos.Client.Json;
using Silos.Secrets;

namespace Silos.Web.Http;

/// <summary>How answers are written: every text without registered secrets, every piece of JSON also without what has a secret name.</summary>
internal sealed class AnswerRedaction
{
    private readonly JsonSerializerOptions _options;

    public AnswerRedaction(Redactor redactor)
    {
        var options = new JsonSerializerOptions(ClientJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        options.Converters.Add(new Texts(redactor));
        options.Converters.Add(new Pieces(redactor));
        _options = new ClientJson(options).Options;
    }

    /// <summary>Gets how a type is written.</summary>
    public JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));

    private sealed class Texts(Redactor redactor) : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(redactor.Values(value));

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(redactor.Values(value));
    }

    private sealed class Pieces(Redactor redactor) : JsonConverter<JsonText>
    {
        public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return JsonText.Trusted(document.RootElement.GetRawText());
        }

        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
            writer.WriteRawValue(redactor.Json(value).Text);
    }
}
