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
}
