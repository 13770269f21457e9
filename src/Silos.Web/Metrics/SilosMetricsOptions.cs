namespace Silos.Web;

/// <summary>Settings of <c>/metrics</c>; configuration section <c>Silos:Metrics</c>.</summary>
/// <remarks>Without them <c>/metrics</c> wants what every read wants: a credential (role viewer), or without any key this machine.</remarks>
public sealed class SilosMetricsOptions
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Metrics";

    /// <summary>
    /// Gets or sets whether everybody who reaches an address of the process may read <c>/metrics</c>. It tells numbers, and names of
    /// queues and handlers; no payloads, jobs or tenants. Default: false.
    /// </summary>
    public bool Open { get; set; }

    /// <summary>
    /// Gets or sets the port on which everybody may read <c>/metrics</c>, for a scraper that has no credential: one of the ports that the
    /// process listens on (<c>urls</c>), which a firewall or a network policy opens to the scraper only. 1 to 65535. Default: none.
    /// </summary>
    public int? OpenOnPort { get; set; }
}
