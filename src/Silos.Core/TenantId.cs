using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Silos;

/// <summary>Names a tenant: who owns jobs, queues and runs. Taken from the credential, never from a body; <c>default</c> when nobody says.</summary>
[JsonConverter(typeof(TenantIdJsonConverter))]
public readonly record struct TenantId : IComparable<TenantId>
{
    private readonly string? _value;

    private TenantId(string value) => _value = value;

    /// <summary>The tenant when nobody says: <c>default</c>.</summary>
    public static readonly TenantId Default = new("default");

    /// <summary>Gets the name as written.</summary>
    public string Value => _value ?? "default";

    /// <summary>Accepts what <see cref="Names"/> describes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TenantId name)
    {
        var valid = Names.IsValid(text, out _);
        name = valid ? new TenantId(text!) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="InvalidException"><paramref name="text"/> is not a name.</exception>
    public static TenantId Parse(string text) => Names.IsValid(text, out var problem)
        ? new TenantId(text)
        : throw new InvalidException("tenant", text, problem);

    /// <summary>Orders by ordinal value.</summary>
    public int CompareTo(TenantId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

internal sealed class TenantIdJsonConverter() : NameJsonConverter<TenantId>(TenantId.Parse, static name => name.Value);
