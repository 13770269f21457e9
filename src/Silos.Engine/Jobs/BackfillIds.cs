using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Jobs;

/// <summary>The ids of the runs of a backfill: they follow from job, range, request and due instant, so that the same request again makes no run twice.</summary>
/// <remarks>
/// They sort as the due instants do, so that the oldest goes first. They are of the time of the request if its name tells that (a UUID of version 7, as one
/// gets that was given none), else of the end of the range.
/// </remarks>
internal sealed class BackfillIds
{
    private const int OrderBits = 20;

    private readonly string _request;
    private readonly DateTimeOffset _from;
    private readonly double _length;
    private readonly long _stamp;

    public BackfillIds(JobKey job, DateTimeOffset from, DateTimeOffset to, string request)
    {
        _from = from;
        _length = Math.Max(1, (to - from).TotalMilliseconds);
        _request = string.Create(
            CultureInfo.InvariantCulture, $"{job}\n{from.ToUnixTimeMilliseconds()}\n{to.ToUnixTimeMilliseconds()}\n{request}\n");
        _stamp = Math.Max(0, (RunId.TryParse(request, out var id) && id.MadeAt is { } madeAt ? madeAt : to).ToUnixTimeMilliseconds());
    }

    /// <summary>Makes the id of the run for a due instant.</summary>
    public RunId Of(DateTimeOffset due)
    {
        Span<byte> id = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(_request + due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)), id);
        var order = (long)((due - _from).TotalMilliseconds / _length * ((1 << OrderBits) - 1));
        BinaryPrimitives.WriteInt64BigEndian(id, (_stamp << 16) | 0x7000 | (order >> (OrderBits - 12)));

        // The rest of the order stands behind the two bits of the variant.
        var low = BinaryPrimitives.ReadUInt64BigEndian(id[8..]) & ((1UL << (62 - (OrderBits - 12))) - 1);
        var rest = (ulong)(order & ((1 << (OrderBits - 12)) - 1)) << (62 - (OrderBits - 12));
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], (1UL << 63) | rest | low);
        return new RunId(new Guid(id[..16], bigEndian: true));
    }
}
