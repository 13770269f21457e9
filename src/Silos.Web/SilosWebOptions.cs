namespace Silos.Web;

/// <summary>Settings of the HTTP API and the pages.</summary>
public sealed class SilosWebOptions
{
    /// <summary>
    /// Gets or sets an API key that is an administrator of every tenant, 16 characters or more: enough where one key is enough, and the first key
    /// where more are to be made. Setting it sets <see cref="RequireAuthentication"/>. Default: none.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Gets or sets whether every address but <c>/health/live</c>, <c>/health/ready</c> and <c>/login</c> wants a credential: a key, a session, a token. Default:
    /// false, or true with <see cref="ApiKey"/> or <c>Jwt:Authority</c>; without, only this machine is served, as an administrator.
    /// </summary>
    public bool RequireAuthentication { get; set; }

    /// <summary>
    /// Gets or sets whether, where no credential is required, other machines are served, too. Default: false. True makes everybody who can
    /// reach the port an administrator: only behind something that authenticates.
    /// </summary>
    public bool AllowRemoteWithoutKey { get; set; }

    /// <summary>
    /// Gets or sets names in the <c>Host</c> header that are accepted without a credential besides <c>localhost</c> and loopback
    /// addresses. Default: none, so that a web page cannot reach Silos through a name that it points to this machine.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Gets or sets whether a proxy on this machine is believed in <c>X-Forwarded-For</c>, <c>-Host</c> and <c>-Proto</c>. Default: false. True only
    /// where every request from this machine comes through a proxy that sets them.
    /// </summary>
    public bool TrustForwardedHeaders { get; set; }

    /// <summary>
    /// Gets or sets the addresses and networks of proxies on other machines that are believed in the same headers: <c>10.0.0.7, 10.1.0.0/16</c>.
    /// Default: none.
    /// </summary>
    public IList<string> KnownProxies { get; set; } = [];

    /// <summary>Gets or sets for how long it is kept who did what. Default: 365 days. Longer answers older questions; an entry takes about 200 bytes.</summary>
    public TimeSpan KeepAudit { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Gets the settings of tokens of an OIDC issuer.</summary>
    public JwtSettings Jwt { get; } = new();

    /// <summary>Gets the settings of sessions of browsers.</summary>
    public SessionSettings Session { get; } = new();

    /// <summary>Gets how much a credential and a tenant may ask for.</summary>
    public RateSettings Rates { get; } = new();

    /// <summary>Gets whether every request wants a credential.</summary>
    internal bool IsClosed => RequireAuthentication || !string.IsNullOrEmpty(ApiKey) || !string.IsNullOrEmpty(Jwt.Authority);

    /// <summary>Gets or sets how large a payload may be, in bytes of JSON. Default: 1 MiB. More is answered 413.</summary>
    public int MaxPayloadBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how large the body of a batch may be, in bytes. Default: 16 MiB. Larger ones take that much memory each.</summary>
    public int MaxBatchBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Gets or sets the longest wait for an outcome in one request. Default: 60 seconds. Longer waits are cut to it; proxies often cut
    /// sooner.
    /// </summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(60);
}
