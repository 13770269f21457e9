using System.Text.Json;

namespace Silos.Handlers;

/// <summary>Cuts text so that it fits a run's result, and so that it can be shown on one line.</summary>
internal static class ResultText
{
    /// <summary>Bytes of JSON that one text may take in a result; leaves room below the 256 KiB that a run keeps.</summary>
    public const int MaxJsonBytes = 192 * 1024;

    /// <summary>Cuts at the limit, measured as JSON, because escapes make text up to six times as long.</summary>
    public static string Fit(string text, out bool cut)
    {
        cut = false;
        while (true)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(text, JsonSerializerOptions.Web).Length;
            if (bytes <= MaxJsonBytes)
            {
                return text;
            }

            cut = true;
            text = Cut(text, (int)Math.Min(text.Length - 1L, (long)text.Length * MaxJsonBytes / bytes));
        }
    }

    /// <summary>Cuts to at most <paramref name="longest"/> characters, never through a surrogate pair.</summary>
    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return text[..end];
    }

    /// <summary>Makes one line of text for a message: control characters become spaces, what is too long is cut with an ellipsis.</summary>
    public static string OneLine(string text, int longest)
    {
        var cut = Cut(text, longest);
        var line = string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return cut.Length < text.Length ? line + "…" : line;
    }
}
