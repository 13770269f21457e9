using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Silos.Jobs;

/// <summary>Names a job, unique in its tenant. Chosen by the caller; see <see cref="Names"/> for what is accepted.</summary>
[JsonConverter(typeof(JobNameJsonConverter))]
public readonly record struct JobName : IComparable<JobName>
{
    private readonly string? _value;

    private JobName(string value) => _value = value;

    /// <summary>Gets the name as written.</summary>
    public string Value => _value ?? string.Empty;

    /// <summary>Accepts what <see cref="Names"/> describes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobName name)
    {
        var valid = Names.IsValid(text, out _);
        name = valid ? new JobName(text!) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="InvalidException"><paramref name="text"/> is not a name.</exception>
    public static JobName Parse(string text) => Names.IsValid(text, out var problem)
        ? new JobName(text)
        : throw new InvalidException("name", text, problem);

    /// <summary>Orders by ordinal value.</summary>
    public int CompareTo(JobName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal sealed class JobNameJsonConverter : JsonConverter<JobName>
{
    public override JobName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JobName.Parse(reader.GetString() ?? string.Empty);

    public override void Write(Utf8JsonWriter writer, JobName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);

    public override JobName ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JobName.Parse(reader.GetString() ?? string.Empty);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, JobName value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value);
}
