namespace Silos.Jobs;

/// <summary>What happens to an occurrence that falls due while the job is still running (or waiting to run).</summary>
public enum OverlapMode
{
    /// <summary>The occurrence is decided as <c>skipped_overlap</c>; a trigger is answered "job already running". The default.</summary>
    Skip,

    /// <summary>One occurrence waits behind the running one; further ones are skipped.</summary>
    QueueOne,

    /// <summary>Every occurrence waits its turn; one runs at a time.</summary>
    QueueAll,

    /// <summary>Up to <see cref="OverlapPolicy.Limit"/> run side by side; further ones are skipped.</summary>
    Allow,

    /// <summary>The running ones are asked to stop (cooperatively); the new one starts when they have.</summary>
    CancelRunning,

    /// <summary>The running ones are recorded as cancelled at once, whatever their code does, and the new one starts.</summary>
    TerminateRunning,
}

/// <summary>How occurrences of one job may overlap.</summary>
public sealed record OverlapPolicy
{
    /// <summary><see cref="OverlapMode.Skip"/>.</summary>
    public static OverlapPolicy Default { get; } = new();

    /// <summary>Gets the mode. Default: <see cref="OverlapMode.Skip"/>.</summary>
    public OverlapMode Mode { get; init; } = OverlapMode.Skip;

    /// <summary>Gets how many may run side by side under <see cref="OverlapMode.Allow"/>. Default: unlimited.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>Gets how many live runs of the job may exist, waiting ones included, for one more to be let in.</summary>
    public int MaxLive => Mode switch
    {
        OverlapMode.Skip => 1,
        OverlapMode.QueueOne => 2,
        OverlapMode.Allow => Limit,
        _ => int.MaxValue,
    };

    /// <summary>Gets how many runs of the job may execute at one instant.</summary>
    public int MaxRunning => Mode == OverlapMode.Allow ? Limit : 1;
}
