using System.Text;
using System.Text.Json;
using Silos.Grains.Wire;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Grains;

/// <summary>Many enqueue requests as one block of bytes, so that a bulk call costs one copy instead of a thousand objects.</summary>
/// <remarks>
/// Version 1: a byte for the version, the number of requests, a table of names, then each request. A request that sets nothing but
/// handler, tenant, queue, payload, id, priority and time is a flag byte and those; any other is its JSON.
/// </remarks>
public static class EnqueueBlock
{
    private const byte Version = 1;
    private const int OutcomeSize = 17;

    [Flags]
    private enum Has : byte
    {
        Nothing = 0,
        Json = 1,
        Payload = 2,
        Id = 4,
        RunAt = 8,
        Priority = 16,
    }

    /// <summary>Writes requests.</summary>
    public static byte[] Write(IReadOnlyList<RunRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        using var body = new MemoryStream();
        using (var writer = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
        {
            for (var i = 0; i < requests.Count; i++)
            {
                Write(writer, requests[i], names);
            }
        }

        using var block = new MemoryStream((int)body.Length + 256);
        using (var writer = new BinaryWriter(block, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write7BitEncodedInt(requests.Count);
            writer.Write7BitEncodedInt(names.Count);
            foreach (var name in names.Keys)
            {
                writer.Write(name);
            }
        }

        body.WriteTo(block);
        return block.ToArray();
    }

    /// <summary>Reads requests.</summary>
    /// <exception cref="InvalidException"><paramref name="block"/> was not written by <see cref="Write(IReadOnlyList{RunRequest})"/>.</exception>
    public static IReadOnlyList<RunRequest> Read(byte[] block)
    {
        ArgumentNullException.ThrowIfNull(block);
        try
        {
            using var reader = new BinaryReader(new MemoryStream(block, writable: false), Encoding.UTF8);
            if (reader.ReadByte() != Version)
            {
                throw Malformed(block, "has a version that this process does not know");
            }

            // Each request takes a byte at least, so a count beyond the block's size is a lie.
            var count = reader.Read7BitEncodedInt();
            var names = new string[Math.Clamp(reader.Read7BitEncodedInt(), 0, block.Length)];
            for (var i = 0; i < names.Length; i++)
            {
                names[i] = reader.ReadString();
            }

            var requests = new RunRequest[Math.Clamp(count, 0, block.Length)];
            for (var i = 0; i < requests.Length; i++)
            {
                requests[i] = Read(reader, names);
            }

            return requests;
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException or JsonException or IndexOutOfRangeException or ArgumentException)
        {
            throw Malformed(block, "ends early or is damaged");
        }
    }

    /// <summary>Writes what became of requests.</summary>
    public static byte[] WriteOutcomes(IReadOnlyList<EnqueueOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var block = new byte[outcomes.Count * OutcomeSize];
        for (var i = 0; i < outcomes.Count; i++)
        {
            var at = block.AsSpan(i * OutcomeSize, OutcomeSize);
            at[0] = (byte)outcomes[i].Kind;
            outcomes[i].Id.Value.TryWriteBytes(at[1..], bigEndian: true, out _);
        }

        return block;
    }

    /// <summary>Reads what became of requests, in their order.</summary>
    public static IReadOnlyList<EnqueueOutcome> ReadOutcomes(byte[] block)
    {
        ArgumentNullException.ThrowIfNull(block);
        var outcomes = new EnqueueOutcome[block.Length / OutcomeSize];
        for (var i = 0; i < outcomes.Length; i++)
        {
            var at = block.AsSpan(i * OutcomeSize, OutcomeSize);
            outcomes[i] = new EnqueueOutcome((EnqueueKind)at[0], new RunId(new Guid(at[1..], bigEndian: true)));
        }

        return outcomes;
    }

    private static void Write(BinaryWriter writer, RunRequest request, Dictionary<string, int> names)
    {
        if (!IsPlain(request))
        {
            writer.Write((byte)Has.Json);
            Write(writer, JsonSerializer.SerializeToUtf8Bytes(request, ContractJson.Options));
            return;
        }

        writer.Write((byte)((request.Payload is null ? Has.Nothing : Has.Payload)
            | (request.Id is null ? Has.Nothing : Has.Id)
            | (request.RunAt is null ? Has.Nothing : Has.RunAt)
            | (request.Priority == 0 ? Has.Nothing : Has.Priority)));
        Name(writer, request.Tenant.Value, names);
        Name(writer, request.Handler, names);
        Name(writer, request.Queue.Value, names);
        if (request.Payload is { } payload)
        {
            Write(writer, Encoding.UTF8.GetBytes(payload.Text));
        }

        if (request.Id is { } id)
        {
            writer.Write(id.Value.ToByteArray(bigEndian: true));
        }

        if (request.RunAt is { } at)
        {
            writer.Write(at.UtcTicks);
        }

        if (request.Priority != 0)
        {
            writer.Write(request.Priority);
        }
    }

    private static RunRequest Read(BinaryReader reader, string[] names)
    {
        var has = (Has)reader.ReadByte();
        if (has == Has.Json)
        {
            return JsonSerializer.Deserialize<RunRequest>(ReadBytes(reader), ContractJson.Options)
                ?? throw new FormatException();
        }

        return new RunRequest
        {
            Tenant = TenantId.Parse(names[reader.Read7BitEncodedInt()]),
            Handler = names[reader.Read7BitEncodedInt()],
            Queue = QueueName.Parse(names[reader.Read7BitEncodedInt()]),
            Payload = has.HasFlag(Has.Payload) ? JsonText.Trusted(Encoding.UTF8.GetString(ReadBytes(reader))) : null,
            Id = has.HasFlag(Has.Id) ? new RunId(new Guid(reader.ReadBytes(16), bigEndian: true)) : null,
            RunAt = has.HasFlag(Has.RunAt) ? new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero) : null,
            Priority = has.HasFlag(Has.Priority) ? reader.ReadInt32() : 0,
        };
    }

    /// <summary>Whether a request sets nothing but what the short form has.</summary>
    private static bool IsPlain(RunRequest request) =>
        request.Handler is not null
        && (request.RunAt is null || request.RunAt.Value.Offset == TimeSpan.Zero)
        && request.Tags.Count == 0
        && request with { Tags = Default.Tags, Payload = null, Id = null, RunAt = null, Priority = 0 } == Default with
        {
            Handler = request.Handler,
            Tenant = request.Tenant,
            Queue = request.Queue,
        };

    private static RunRequest Default { get; } = new() { Handler = string.Empty };

    private static void Name(BinaryWriter writer, string name, Dictionary<string, int> names)
    {
        if (!names.TryGetValue(name, out var index))
        {
            names.Add(name, index = names.Count);
        }

        writer.Write7BitEncodedInt(index);
    }

    private static void Write(BinaryWriter writer, byte[] bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        var bytes = reader.ReadBytes(length);
        return bytes.Length == length ? bytes : throw new EndOfStreamException();
    }

    private static InvalidException Malformed(byte[] block, string problem) =>
        new("block", $"{block.Length} bytes", $"{problem}; it must be what EnqueueBlock.Write makes");
}
