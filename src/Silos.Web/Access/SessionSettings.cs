namespace Silos.Web;

/// <summary>Sessions of browsers; configuration section <c>Silos:Session</c>.</summary>
public sealed class SessionSettings
{
    /// <summary>Gets or sets how long a login lasts. Default: 12 hours. A session also ends with the key it was opened with.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);
}
