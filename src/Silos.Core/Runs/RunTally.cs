namespace Silos.Runs;

/// <summary>What ended for one tenant within one minute: counts and classes of durations, whatever became of the rows since.</summary>
public sealed record RunTally
{
    /// <summary>Gets whose runs they were.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Gets the minute in which they ended, from its first instant.</summary>
    public required DateTimeOffset Minute { get; init; }

    /// <summary>Gets how many completed.</summary>
    public long Completed { get; init; }

    /// <summary>Gets how many failed or are dead.</summary>
    public long Failed { get; init; }

    /// <summary>Gets how many were cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>Gets how many were skipped by their handler.</summary>
    public long Skipped { get; init; }

    /// <summary>Gets how long the last attempts waited from when they could have started: due, asked for, and rid of the attempt before.</summary>
    public DurationHistogram Lateness { get; init; } = DurationHistogram.Empty;

    /// <summary>Gets how long the last attempts took.</summary>
    public DurationHistogram Durations { get; init; } = DurationHistogram.Empty;

    /// <summary>Gets how many ended.</summary>
    public long Ended => Completed + Failed + Cancelled + Skipped;

    /// <summary>Cuts an instant to its minute.</summary>
    public static DateTimeOffset MinuteOf(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    /// <summary>Adds the numbers of another one to this one's.</summary>
    public RunTally Plus(RunTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with
        {
            Completed = Completed + other.Completed,
            Failed = Failed + other.Failed,
            Cancelled = Cancelled + other.Cancelled,
            Skipped = Skipped + other.Skipped,
            Lateness = Lateness.Plus(other.Lateness),
            Durations = Durations.Plus(other.Durations),
        };
    }
}
