namespace Silos;

/// <summary>What the process tells besides what Silos tells itself; configuration section <c>Silos:Telemetry</c>.</summary>
public sealed class SilosTelemetryOptions
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Telemetry";

    /// <summary>
    /// Gets or sets the activity sources whose spans go to the collector too, such as those of handlers. <c>*</c> stands for any characters, <c>?</c> for one;
    /// case does not matter. Default: none.
    /// </summary>
    public IList<string> Sources { get; set; } = [];

    /// <summary>
    /// Gets or sets the meters whose numbers go to the collector and stand in <c>/metrics</c> too. <c>*</c> stands for any characters, <c>?</c> for one; case does
    /// not matter. Default: none.
    /// </summary>
    public IList<string> Meters { get; set; } = [];
}
