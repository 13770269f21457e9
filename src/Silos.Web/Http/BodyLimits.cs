using System.Text;
using Microsoft.Extensions.Options;

namespace Silos.Web.Http;

/// <summary>How large bodies may be.</summary>
internal sealed class BodyLimits(IOptions<SilosWebOptions> options)
{
    private const int Around = 64 * 1024;

    /// <summary>Gets the limit of a body without payload.</summary>
    public static long Small => Around;

    /// <summary>Gets the limit of a body with one payload: room for what stands around it.</summary>
    public long Single => options.Value.MaxPayloadBytes + Around;

    /// <summary>Gets the limit of a batch.</summary>
    public long Batch => options.Value.MaxBatchBytes;

    /// <summary>Checks one payload.</summary>
    /// <exception cref="TooLargeException">It is larger than the settings allow.</exception>
    public void CheckPayload(JsonText? payload)
    {
        // Only count bytes where even one byte a character would not do.
        if (payload is { } json && json.Text.Length > options.Value.MaxPayloadBytes / 3
            && Encoding.UTF8.GetByteCount(json.Text) is var size && size > options.Value.MaxPayloadBytes)
        {
            throw new TooLargeException("payload", size, options.Value.MaxPayloadBytes);
        }
    }
}
