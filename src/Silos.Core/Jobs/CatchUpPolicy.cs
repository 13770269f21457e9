namespace Silos.Jobs;

/// <summary>Which due instants of the past are made up for after downtime or a pause.</summary>
public enum CatchUpMode
{
    /// <summary>None: they are recorded as <c>superseded</c>.</summary>
    None,

    /// <summary>The latest one inside the window runs; earlier ones are recorded as <c>superseded</c>. The default.</summary>
    Last,

    /// <summary>Every one inside the window runs, oldest first, as the overlap policy allows.</summary>
    All,
}

/// <summary>What is done about due instants that passed while nothing could decide them.</summary>
public sealed record CatchUpPolicy
{
    /// <summary>The last one, within one hour.</summary>
    public static CatchUpPolicy Default { get; } = new();

    /// <summary>Gets the mode. Default: <see cref="CatchUpMode.Last"/>.</summary>
    public CatchUpMode Mode { get; init; } = CatchUpMode.Last;

    /// <summary>Gets how far back to look; older instants are recorded as <c>missed</c>. Default: 1 hour.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Gets how late an instant may be decided and still count as on time rather than caught up. Default: 5 seconds,
    /// which covers a slow start of the process.
    /// </summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromSeconds(5);
}
