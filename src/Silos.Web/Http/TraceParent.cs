using Microsoft.AspNetCore.Http;

namespace Silos.Web.Http;

/// <summary>The W3C trace context of a request.</summary>
internal static class TraceParent
{
    private const int Length = 55;

    /// <summary>Gets the header if it has the form of version 00; anything else is ignored, as the standard asks.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.TraceParent;
        if (header.Count != 1 || header[0] is not { Length: Length } text || text[2] != '-' || text[35] != '-' || text[52] != '-')
        {
            return null;
        }

        foreach (var c in text)
        {
            if (c != '-' && !char.IsAsciiHexDigitLower(c))
            {
                return null;
            }
        }

        return text;
    }
}
