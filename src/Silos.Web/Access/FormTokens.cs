using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>
/// Tokens that show that a form came from a page of ours: an HMAC, over who the page was shown to, by a random value in a cookie that only this host
/// reads. Nothing is kept here, so a form works on every silo and after a restart.
/// </summary>
internal sealed class FormTokens(Proxies proxies)
{
    /// <summary>The name of the hidden field.</summary>
    public const string Field = "__token";

    /// <summary>The header for scripts that send JSON.</summary>
    public const string Header = "X-Silos-Token";

    private const string CookieName = "silos_form";
    private const int Bytes = 32;

    /// <summary>Gets the token for a page that is about to be written: call it before the first byte of the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="caller">Who sees the page; null on the login page.</param>
    public string For(HttpContext context, Caller? caller)
    {
        if (Cookie(context) is not { } secret)
        {
            secret = RandomNumberGenerator.GetBytes(Bytes);
            context.Response.Cookies.Append(CookieName, Convert.ToHexStringLower(secret), new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = proxies.OriginOf(context).Scheme == "https",
                Path = "/",
            });

            // Several forms of a page share the cookie.
            context.Items[CookieName] = secret;
        }

        return Make(secret, caller);
    }

    /// <summary>Tells whether a token is the one of a page shown to this caller in this browser.</summary>
    public static bool Fits(HttpContext context, Caller? caller, string? given) =>
        given is { Length: > 0 }
        && Cookie(context) is { } secret
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Make(secret, caller)), Encoding.UTF8.GetBytes(given));

    private static byte[]? Cookie(HttpContext context)
    {
        if (context.Items[CookieName] is byte[] made)
        {
            return made;
        }

        var text = context.Request.Cookies[CookieName];
        var bytes = new byte[Bytes];
        return text is { Length: Bytes * 2 } && Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == Bytes
            ? bytes
            : null;
    }

    private static string Make(byte[] secret, Caller? caller) => Convert.ToHexStringLower(
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(caller is null ? "nobody" : $"{caller.Kind}:{caller.Credential}")));
}
