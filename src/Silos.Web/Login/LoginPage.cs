using System.Net;

namespace Silos.Web.Login;

/// <summary>The page on which one logs in.</summary>
internal static class LoginPage
{
    /// <summary>Writes it.</summary>
    /// <param name="token">The token of its form.</param>
    /// <param name="next">Where to go afterwards.</param>
    /// <param name="problem">What went wrong with the last try; null at first.</param>
    /// <param name="oidc">Whether one can log in at an OIDC issuer.</param>
    public static string Write(string token, string next, string? problem, bool oidc)
    {
        var alert = problem is null ? string.Empty : $"<p class=\"problem\" role=\"alert\">{Text(problem)}</p>";
        var link = oidc
            ? $"<p class=\"or\">or</p><p><a class=\"button\" href=\"/login/oidc?next={Text(Uri.EscapeDataString(next))}\">Log in with single sign-on</a></p>"
            : string.Empty;
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>Log in · Silos</title>
            <link rel="stylesheet" href="/login/style.css">
            <link rel="icon" href="data:,">
            </head>
            <body>
            <main>
            <h1>Silos</h1>
            {alert}
            <form method="post" action="/login">
            <input type="hidden" name="__token" value="{Text(token)}">
            <input type="hidden" name="next" value="{Text(next)}">
            <label for="key">API key</label>
            <input id="key" name="key" type="password" autocomplete="current-password" required autofocus spellcheck="false">
            <button type="submit">Log in</button>
            </form>
            {link}
            </main>
            </body>
            </html>

            """;
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
