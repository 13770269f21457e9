using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Silos.Queues;

/// <summary>Names a queue, unique in its tenant. A queue exists as soon as a run is put into it.</summary>
[JsonConverter(typeof(QueueNameJsonConverter))]
public readonly record struct QueueName : IComparable<QueueName>
{
    private readonly string? _value;

    private QueueName(string value) => _value = value;

    /// <summary>The queue when nobody says: <c>default</c>.</summary>
    public static readonly QueueName Default = new("default");

    /// <summary>Gets the name as written.</summary>
    public string Value => _value ?? "default";

    /// <summary>Accepts what <see cref="Names"/> describes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out QueueName name)
    {
        var valid = Names.IsValid(text, out _);
        name = valid ? new QueueName(text!) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="InvalidException"><paramref name="text"/> is not a name.</exception>
    public static QueueName Parse(string text) => Names.IsValid(text, out var problem)
        ? new QueueName(text)
        : throw new InvalidException("queue", text, problem);

    /// <summary>Orders by ordinal value.</summary>
    public int CompareTo(QueueName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal sealed class QueueNameJsonConverter : JsonConverter<QueueName>
{
    public override QueueName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        QueueName.Parse(reader.GetString() ?? string.Empty);

    public override void Write(Utf8JsonWriter writer, QueueName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);

    public override QueueName ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        QueueName.Parse(reader.GetString() ?? string.Empty);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, QueueName value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value);
}
