using Microsoft.AspNetCore.Http;

namespace Silos.Web.Dashboard.Shell;

/// <summary>What an action says on the page that follows it.</summary>
/// <param name="Good">Whether it was done; otherwise it was refused.</param>
/// <param name="Text">What happened, or why not and what would be right.</param>
internal sealed record Notice(bool Good, string Text)
{
    private const string Name = "silos_notice";
    private const int Longest = 1_000;

    /// <summary>Keeps it for the next page.</summary>
    public void Keep(HttpContext context)
    {
        var text = Text.Length > Longest ? $"{Text[..Longest]}…" : Text;
        context.Response.Cookies.Append(
            Name, (Good ? "+" : "-") + text, Frame.Cookie(context, TimeSpan.FromMinutes(1)));
    }

    /// <summary>Takes the one that was kept, if there is one; it is shown once.</summary>
    public static Notice? Take(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { Length: > 1 } kept || IsPiece(context))
        {
            return null;
        }

        context.Response.Cookies.Delete(Name, Frame.Cookie(context, null));
        return new Notice(kept[0] == '+', kept[1..]);
    }

    /// <summary>Tells whether the script asks for news of a page that is shown already.</summary>
    private static bool IsPiece(HttpContext context) => context.Request.Headers.ContainsKey("X-Silos-Live");
}
