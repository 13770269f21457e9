using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Silos.Runs;

/// <summary>Identifies a run: a UUID of version 7 (RFC 9562), so that ids sort by the time they were made.</summary>
/// <remarks>A caller makes the id before its first try and repeats it, so that a retried enqueue is one run.</remarks>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(RunIdJsonConverter))]
public readonly record struct RunId(Guid Value) : IComparable<RunId>
{
    private const long LastMillisecond = 253_402_300_799_999;

    private static long _last;

    /// <summary>Gets when the id was made, to the millisecond; null where it does not say, as it is of another version.</summary>
    public DateTimeOffset? MadeAt
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
            return Value.Version == 7 && milliseconds <= LastMillisecond ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
        }
    }

    /// <summary>Makes a new id. Ids made by one process rise strictly, even within a millisecond or when the clock jumps back.</summary>
    /// <param name="now">The current instant, from the caller's <see cref="TimeProvider"/>.</param>
    public static RunId New(DateTimeOffset now)
    {
        // 48 bits of milliseconds, then 12 bits that count within one: the layout of RFC 9562, method 1.
        var wanted = now.ToUnixTimeMilliseconds() << 12;
        long stamp;
        long seen;
        do
        {
            seen = Volatile.Read(ref _last);
            stamp = Math.Max(wanted, seen + 1);
        }
        while (Interlocked.CompareExchange(ref _last, stamp, seen) != seen);

        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[8..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, ((stamp >> 12) << 16) | 0x7000 | (stamp & 0xFFF));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new RunId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Accepts the usual text form of a UUID.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RunId id)
    {
        var valid = Guid.TryParseExact(text, "D", out var value);
        id = new RunId(value);
        return valid;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="InvalidException"><paramref name="text"/> is not a run id.</exception>
    public static RunId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new InvalidException("run", text, "must be a UUID such as 01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01");

    /// <summary>Orders as the UUID's bytes do, which is by the time the ids were made.</summary>
    public int CompareTo(RunId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

internal sealed class RunIdJsonConverter : JsonConverter<RunId>
{
    public override RunId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, RunId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
