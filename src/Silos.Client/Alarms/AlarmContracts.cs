namespace Silos.Client.Alarms;

/// <summary>Alarms, the latest first.</summary>
/// <param name="Items">The alarms.</param>
public sealed record AlarmListResponse(IReadOnlyList<AlarmResponse> Items);

/// <summary>Something that should have happened and has not, or does not happen as it used to.</summary>
public sealed record AlarmResponse
{
    /// <summary>Gets what is wrong: <c>silent</c>, <c>slow</c>, <c>skipping</c> or <c>backlog</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the job; null for an alarm about a queue.</summary>
    public string? Job { get; init; }

    /// <summary>Gets the queue; null for an alarm about a job.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets the due instant that it began with.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Gets when it was found.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets when it was found to be over; null while it lasts.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets what is wrong, in a sentence.</summary>
    public required string Text { get; init; }

    /// <summary>Gets how it was told, by each channel; empty where no channel has anybody to tell.</summary>
    public required IReadOnlyList<AlarmMessageResponse> Messages { get; init; }
}

/// <summary>One telling of an alarm.</summary>
public sealed record AlarmMessageResponse
{
    /// <summary>Gets the channel: <c>webhook</c> or <c>email</c>, or one of your own.</summary>
    public required string Channel { get; init; }

    /// <summary>Gets what is told: <c>begin</c> or <c>end</c>.</summary>
    public required string About { get; init; }

    /// <summary>Gets how it went: <c>delivered</c>, <c>waiting</c> (for its next attempt), <c>failed</c>, or <c>unknown</c> once its run is no longer kept.</summary>
    public required string State { get; init; }

    /// <summary>Gets when it was delivered or given up; null while it waits.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
