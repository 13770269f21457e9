using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Silos.Handlers.Http;

/// <summary>Settings of the <c>http</c> handler, read from <c>Silos:Handlers:Http</c>.</summary>
/// <remarks>
/// A payload comes from whoever may enqueue, so by default it reaches public addresses only: not this machine, not the
/// networks around it, not the metadata service of a cloud. The rule is applied to the address that is connected to,
/// after the name was resolved, so a name that changes its address between check and use gains nothing.
/// </remarks>
public sealed class HttpHandlerOptions : IValidatableObject
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Handlers:Http";

    /// <summary>
    /// Gets or sets whether loopback and private addresses (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7) may be called.
    /// Link-local addresses, where clouds keep their metadata, stay refused; name those in <see cref="AllowedNetworks"/>.
    /// Default: false.
    /// </summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>
    /// Gets the hosts that may be called although their addresses are loopback or private: <c>intranet.example</c>,
    /// <c>*.svc.cluster.local</c>, <c>localhost:8080</c> (with a port: only that one). Default: none.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Gets networks that may be called whatever they are, in CIDR form: <c>10.1.0.0/16</c>, <c>fd00::/8</c>. Default: none.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>
    /// Gets or sets how long a request with its answer may take when the payload does not say. A longer one holds a worker's
    /// slot longer when a server hangs. Default: 30 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many bytes of the answer's body the result keeps; the rest is not read. Default: 65,536.</summary>
    [Range(0, 131_072)]
    public int MaxResponseBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Gets or sets the longest wait that a server may ask for with <c>Retry-After</c>; a longer one is cut to this. Default: 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var network in AllowedNetworks.Where(network => !IPNetwork.TryParse(network, out _)))
        {
            yield return new ValidationResult(
                $"{nameof(AllowedNetworks)} '{network}' must be a network in CIDR form, such as 10.1.0.0/16.",
                [nameof(AllowedNetworks)]);
        }

        foreach (var host in AllowedHosts.Where(host => !HostPattern.TryParse(host, out _)))
        {
            yield return new ValidationResult(
                $"{nameof(AllowedHosts)} '{host}' must be a host, *.domain or host:port, without scheme and path.",
                [nameof(AllowedHosts)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class HttpHandlerOptionsValidator : IValidateOptions<HttpHandlerOptions>;
