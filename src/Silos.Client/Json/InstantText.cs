using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Silos.Client.Json;

/// <summary>Instants as the HTTP API and jobs files write them: ISO 8601 with an offset, whole milliseconds.</summary>
internal static class InstantText
{
    /// <summary>What to tell somebody whose text was not understood.</summary>
    public const string Hint = "an instant with an offset, like 2026-03-29T01:30:00Z or 2026-03-29T02:30:00+01:00";

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Reads an instant; text without an offset is refused, because it means another instant on every machine.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DateTimeOffset instant)
    {
        instant = default;
        if (text is null || text.Length < 17 || !HasOffset(text)
            || !DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
        {
            return false;
        }

        instant = parsed.ToInstant();
        return true;
    }

    /// <summary>Writes an instant: <c>2026-03-29T01:30:00.000Z</c> in UTC, else with its offset.</summary>
    public static string Format(DateTimeOffset instant) => instant.Offset == TimeSpan.Zero
        ? instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    private static bool HasOffset(string text) =>
        text[^1] is 'Z' or 'z' || (text[^6] is '+' or '-' && text[^3] == ':');
}
