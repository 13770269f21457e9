using System.Diagnostics.CodeAnalysis;
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

internal sealed class QueueNameJsonConverter() : NameJsonConverter<QueueName>(QueueName.Parse, static name => name.Value);
