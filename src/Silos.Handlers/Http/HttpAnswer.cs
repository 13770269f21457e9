using System.Text;

namespace Silos.Handlers.Http;

/// <summary>Takes from an answer what a run's result keeps.</summary>
internal static class HttpAnswer
{
    private const int MaxHeaders = 50;
    private const int MaxHeaderLength = 500;

    public static IReadOnlyDictionary<string, string> Headers(HttpResponseMessage response) => response.Headers
        .Concat(response.Content.Headers)
        .Where(header => !IsSecret(header.Key))
        .Take(MaxHeaders)
        .ToDictionary(
            header => header.Key.ToLowerInvariant(),
            header => ResultText.OneLine(string.Join(", ", header.Value), MaxHeaderLength),
            StringComparer.Ordinal);

    /// <summary>Reads at most <paramref name="most"/> bytes; whatever else the server sends stays unread.</summary>
    public static async Task<(string? Text, bool Cut)> BodyAsync(
        HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[most + 1];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var cut = length > most;
        if (Decode(response, buffer.AsSpan(0, Math.Min(length, most)), cut) is not { Length: > 0 } text)
        {
            return (null, cut);
        }

        var fitted = ResultText.Fit(text, out var shortened);
        return (fitted, cut || shortened);
    }

    private static string? Decode(HttpResponseMessage response, ReadOnlySpan<byte> bytes, bool cut)
    {
        var encoding = Encoding.UTF8;
        try
        {
            if (response.Content.Headers.ContentType?.CharSet is { Length: > 0 } name)
            {
                encoding = Encoding.GetEncoding(name.Trim('"'));
            }
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            // A charset nobody knows: UTF-8 is the best guess, and what does not decode is dropped below.
        }

        var text = encoding.GetString(bytes);

        // The cut may go through a character; anything else that is not text makes the body binary.
        var judged = cut && text.EndsWith('\uFFFD') ? text = text.TrimEnd('\uFFFD') : text;
        return judged.Contains('\0') || judged.Contains('\uFFFD') ? null : text;
    }

    private static bool IsSecret(string name) =>
        name.Contains("cookie", StringComparison.OrdinalIgnoreCase)
        || name.Contains("authenticat", StringComparison.OrdinalIgnoreCase)
        || name.Contains("authoriz", StringComparison.OrdinalIgnoreCase)
        || name.Contains("token", StringComparison.OrdinalIgnoreCase);
}
