namespace Silos.Silo;

/// <summary>Settings of a silo as a member of a cluster; configuration section <c>Silos:Cluster</c>.</summary>
public sealed class SiloSettings
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Cluster";

    /// <summary>
    /// Gets or sets which cluster this silo belongs to: silos with the same one, on the same database, find each other. It stays the
    /// same over upgrades. Default: <c>silos</c>.
    /// </summary>
    public string ClusterId { get; set; } = "silos";

    /// <summary>Gets or sets whose reminders these are; it outlives clusters and never changes. Default: <c>silos</c>.</summary>
    public string ServiceId { get; set; } = "silos";

    /// <summary>
    /// Gets or sets the name of this silo, no other living silo of the cluster has. Default: <c>POD_NAME</c>, else the machine's name, with the
    /// silo port unless that is the usual one.
    /// </summary>
    public string? SiloName { get; set; }

    /// <summary>
    /// Gets or sets the IP address at which other silos and client apps reach this one. Default: <c>POD_IP</c>, else the first address of this
    /// machine that is not loopback. <c>127.0.0.1</c> for silos that are all on this machine.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>Gets or sets the port at which other silos call. Default: 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Gets or sets the port at which client apps call; 0 for none. Default: 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// Gets or sets whether both ports are open on all addresses of the machine and not only on <see cref="Address"/>, which is needed
    /// where that is translated. Default: false.
    /// </summary>
    public bool ListenAnywhere { get; set; }

    /// <summary>Gets the settings by which silos find out that one of them is dead.</summary>
    public MembershipSettings Membership { get; } = new();
}
