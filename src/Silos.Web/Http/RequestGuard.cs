using Microsoft.AspNetCore.Http;
using Silos.Keys;
using Silos.Web.Access;

namespace Silos.Web.Http;

/// <summary>
/// Decides who is let in: shown to be somebody, in a tenant of theirs, with the role that the route needs, within their rate; and never a write by a foreign
/// web page.
/// </summary>
internal sealed class RequestGuard(Proxies proxies, CredentialReader credentials, RateGate rates)
{
    /// <summary>The cookie by which a browser, which sends no header of its own, picks one of its tenants.</summary>
    public const string TeamCookie = "silos_team";

    private const string TeamHeader = "X-Team-ID";

    /// <summary>Lets a request in (null) or says why not. The <see cref="Caller"/> is set as soon as it is known, for whoever tells why not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="page">Whether it is for a person with a browser, who may give a key as a Basic password and posts forms.</param>
    public async ValueTask<Refusal?> CheckAsync(HttpContext context, bool page)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>() is not { Role: { } needed })
        {
            // Whoever adds a route says who may use it; until then nobody may.
            return new Refusal(StatusCodes.Status403Forbidden, "closed", "Nobody may use this address.");
        }

        var origin = proxies.OriginOf(context);
        var (found, refusal) = await credentials.ReadAsync(context, origin, page);
        if (found is null)
        {
            return refusal;
        }

        if (Pick(context.Request, found) is not { } caller)
        {
            return UnknownTeam(context.Request, found);
        }

        context.Features.Set(caller);
        if (caller.Role < needed)
        {
            return new Refusal(
                StatusCodes.Status403Forbidden,
                "forbidden",
                $"This needs the role {needed.ToText()}; '{caller.Name}' has the role {caller.Role.ToText()}.");
        }

        return rates.TakeRequest(caller) ?? await WriteGuard.CheckAsync(context, origin, caller, page);
    }

    /// <summary>The tenant comes from the credential; the request may only pick one of those.</summary>
    private static Caller? Pick(HttpRequest request, Caller caller)
    {
        if (!request.Headers.TryGetValue(TeamHeader, out var team))
        {
            return caller.Kind is CallerKind.Session or CallerKind.Basic or CallerKind.Local ? Remembered(request, caller) : caller;
        }

        return team.Count == 1 && TenantId.TryParse(team[0], out var tenant) && tenant.Value != TenantScope.Everything && caller.Scope.Contains(tenant)
            ? caller with { Tenant = tenant, PickedTenant = true }
            : null;
    }

    // A choice that is not possible any more is forgotten, not refused: the browser could not take it back.
    private static Caller Remembered(HttpRequest request, Caller caller) =>
        request.Cookies[TeamCookie] is { Length: > 0 } chosen
        && TenantId.TryParse(Uri.UnescapeDataString(chosen), out var tenant) && tenant.Value != TenantScope.Everything && caller.Scope.Contains(tenant)
            ? caller with { Tenant = tenant, PickedTenant = true }
            : caller;

    private static Refusal UnknownTeam(HttpRequest request, Caller caller) => new(
        StatusCodes.Status403Forbidden,
        "unknown_team",
        $"{TeamHeader} '{FieldProblem.Shorten(request.Headers[TeamHeader])}' is not a team of this credential; leave the header out or send "
            + (caller.Scope.IsAll ? "the name of a tenant." : $"'{string.Join("' or '", caller.Scope.Tenants)}'."));
}
