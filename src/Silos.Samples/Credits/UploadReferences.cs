using Silos.Samples.Data;

namespace Silos.Samples.Credits;

/// <summary>Tells whether a block refers to an upload of this site.</summary>
internal sealed class UploadReferences(string? siteUrl)
{
    private const string Root = "static/uploads/";

    /// <summary>Looks through the blocks.</summary>
    /// <param name="session">The database.</param>
    /// <param name="file">The file's path below the uploads, with slashes: <c>2025/01/31/a_b.png</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> ContainsAsync(Session session, string file, CancellationToken cancellationToken)
    {
        // LIKE finds candidates; whether one is a reference to this very file on this very site is decided on its text.
        var candidates = await session.Command("Credits/Sql/find-blocks-with").With("pattern", $"%{Escape(Root + file)}%")
            .QueryAsync(static row => row.GetString(0), cancellationToken);
        return candidates.Any(data => Refers(data, file));
    }

    /// <summary>Takes the meaning from LIKE's wildcards: <c>a_b</c> must not find <c>axb</c>.</summary>
    public static string Escape(string text) => text
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);

    /// <summary>Tells whether a text has the file's address: relative, or absolute on this site.</summary>
    public bool Refers(string data, string file)
    {
        var wanted = Root + file;
        for (var at = data.IndexOf(wanted, StringComparison.Ordinal); at >= 0; at = data.IndexOf(wanted, at + 1, StringComparison.Ordinal))
        {
            var end = at + wanted.Length;
            if ((end == data.Length || !Continues(data[end])) && IsOurs(data.AsSpan(0, at)))
            {
                return true;
            }
        }

        return false;
    }

    // "a.png" in "a.png.bak" or "a.png2" is another file.
    private static bool Continues(char next) => char.IsLetterOrDigit(next) || next is '.' or '-' or '_' or '/';

    private bool IsOurs(ReadOnlySpan<char> before)
    {
        // What stands before the path, back to where the address begins.
        var start = before.LastIndexOfAny(" \t\r\n\"'()<>=,;".AsSpan()) + 1;
        var origin = before[start..].TrimEnd('/');
        if (origin.IndexOf("://", StringComparison.Ordinal) < 0)
        {
            return true;
        }

        // Without knowing the site, every absolute address may be ours: rather keep a file too many.
        return siteUrl is null || origin.Equals(siteUrl, StringComparison.OrdinalIgnoreCase);
    }
}
