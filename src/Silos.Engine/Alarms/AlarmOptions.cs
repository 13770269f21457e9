namespace Silos.Engine;

/// <summary>Settings of the alarms about jobs that are silent, slow or skipped, and queues that stand; configuration section <c>Silos:Alarms</c>.</summary>
public sealed class AlarmOptions
{
    /// <summary>The configuration section these settings are read from.</summary>
    public const string Section = "Silos:Alarms";

    /// <summary>Gets or sets whether anything is looked at. Default: true. Whom alarms are told is set by their channels.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how often it is looked: at all queues, and at the next thousand jobs. Default: 10 seconds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets by when a due instant must have been followed by a success, where the job does not say
    /// (<c>expectSuccessWithin</c>); the job's timeout comes on top. Default: 1 hour.
    /// </summary>
    public TimeSpan SilenceGrace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how many times the median of the last 20 completed runs a run may take. Default: 4.</summary>
    public double SlowFactor { get; set; } = 4;

    /// <summary>Gets or sets what is never too slow. Default: 30 seconds.</summary>
    public TimeSpan SlowMinimum { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many due instants in a row may be skipped or missed. Default: 5.</summary>
    public int SkipStreak { get; set; } = 5;

    /// <summary>Gets or sets for how long a run may wait that could start, in a queue that is not paused. Default: 15 minutes.</summary>
    public TimeSpan QueueAge { get; set; } = TimeSpan.FromMinutes(15);
}
