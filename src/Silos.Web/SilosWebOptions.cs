namespace Silos.Web;

/// <summary>Settings of the HTTP API and the status page.</summary>
public sealed class SilosWebOptions
{
    /// <summary>
    /// Gets or sets the one API key, 16 characters or more. With it every address but <c>/health/live</c> and <c>/health/ready</c> wants
    /// <c>Authorization: Bearer KEY</c> (the status page also Basic with the key as password). Default: none; then only
    /// this machine is served.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Gets or sets whether, without a key, other machines are served, too. Default: false. True makes everybody who can
    /// reach the port an administrator: only behind something that authenticates.
    /// </summary>
    public bool AllowRemoteWithoutKey { get; set; }

    /// <summary>
    /// Gets or sets names in the <c>Host</c> header that are accepted without a key besides <c>localhost</c> and loopback
    /// addresses. Default: none, so that a web page cannot reach Silos through a name that it points to this machine.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Gets or sets whether <c>X-Forwarded-For</c>, <c>-Host</c> and <c>-Proto</c> are believed. Default: false. True only
    /// where every request comes through a proxy that sets them.
    /// </summary>
    public bool TrustForwardedHeaders { get; set; }

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
