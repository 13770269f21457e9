using System.Diagnostics.CodeAnalysis;
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

internal sealed class JobNameJsonConverter() : NameJsonConverter<JobName>(JobName.Parse, static name => name.Value);
