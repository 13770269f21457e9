using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>
/// Sessions of browsers. A session is a stored credential like a key, in a cookie: so it is good on every silo and after a restart, and over at once
/// when somebody logs out or the key is revoked that it was opened with.
/// </summary>
internal sealed class Sessions(
    ISilosStore store, KeyRing ring, Proxies proxies, CredentialReader credentials, Surroundings surroundings, IOptions<SilosWebOptions> options)
{
    /// <summary>The cookie.</summary>
    public const string CookieName = "silos_session";

    /// <summary>What the parent of a session begins with that was opened with the key of the configuration.</summary>
    public const string ConfiguredParent = "config:";

    /// <summary>Opens a session for somebody who has shown who they are, and sets the cookie.</summary>
    public async Task<Caller> OpenAsync(HttpContext context, Caller caller)
    {
        var token = KeyToken.New();
        var now = surroundings.Clock.Now();
        var session = new ApiKey
        {
            Id = token.Id,
            Kind = KeyKind.Session,
            Name = caller.Name,
            Scope = caller.Scope,
            Role = caller.Role,
            Hash = token.Hash,
            CreatedAt = now,
            CreatedBy = caller.Name,
            ExpiresAt = now + options.Value.Session.Lifetime,
            Parent = caller switch
            {
                { Kind: CallerKind.Jwt } => null,
                _ when caller.Credential == Caller.ApiKey.Credential => credentials.ConfiguredParent,
                _ => caller.Credential,
            },
        };
        if (!await store.Keys.TryAddAsync(session, context.RequestAborted))
        {
            throw new UnavailableException("The session could not be opened; try again.");
        }

        context.Response.Cookies.Append(CookieName, token.Text, Cookie(context));
        return Caller.Of(session, CallerKind.Session);
    }

    /// <summary>Ends the session of a request, everywhere, and takes the cookie back.</summary>
    public async Task CloseAsync(HttpContext context, Caller caller)
    {
        if (caller.Kind == CallerKind.Session)
        {
            await store.Keys.RevokeAsync(caller.Credential, caller.Name, surroundings.Clock.Now(), context.RequestAborted);
            ring.Forget(caller.Credential);
        }

        context.Response.Cookies.Delete(CookieName, Cookie(context));
    }

    // Lax and not strict: a link in a mail to a page of ours shall find its reader logged in. What a cookie alone may do are reads.
    private CookieOptions Cookie(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = proxies.OriginOf(context).Scheme == "https",
        Path = "/",
    };
}
