namespace Silos.Web;

/// <summary>Tokens of an OIDC issuer; configuration section <c>Silos:Jwt</c>.</summary>
public sealed class JwtSettings
{
    /// <summary>
    /// Gets or sets the issuer, whose keys are read from <c>AUTHORITY/.well-known/openid-configuration</c>: <c>https://login.example/realms/ops</c>. Must be https
    /// unless it is on this machine. Default: none; then no tokens are accepted.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>Gets or sets for whom tokens must have been made (<c>aud</c>). Required with <see cref="Authority"/>. Default: none.</summary>
    public string? Audience { get; set; }

    /// <summary>Gets or sets the claim with the name for people. Default: <c>preferred_username</c>; without it in a token, <c>sub</c>.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>
    /// Gets or sets the claim with the role, or with several, of which the highest counts; a path for claims inside claims:
    /// <c>realm_access.roles</c>. Default: <c>role</c>. A token without a role that is known is refused.
    /// </summary>
    public string RoleClaim { get; set; } = "role";

    /// <summary>Gets which words of <see cref="RoleClaim"/> mean <c>viewer</c>, <c>operator</c> or <c>admin</c>, besides those words themselves: <c>Roles:sre-team=operator</c>.</summary>
    public IDictionary<string, string> Roles { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets the claim with the tenant, or with several, of which <c>X-Team-ID</c> picks one. Default: none; then every token is for the
    /// tenant <c>default</c>. With it, a token without a tenant is refused.
    /// </summary>
    public string? TenantClaim { get; set; }

    /// <summary>Gets or sets the client id by which browsers log in at the issuer (authorization code with PKCE). Default: none; then <c>/login</c> asks for a key only.</summary>
    public string? ClientId { get; set; }

    /// <summary>Gets or sets the secret of that client, if the issuer gave it one. Default: none.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>Gets or sets the scopes that a login asks for. Default: <c>openid profile</c>.</summary>
    public string Scopes { get; set; } = "openid profile";
}
