namespace Silos.Client.Operations;

/// <summary>Asks for something to be done to many runs.</summary>
public sealed record OperationRequest
{
    /// <summary>Gets what to do: <c>retry</c> runs that failed, are dead or were cancelled, <c>replay</c> whatever has ended, or <c>cancel</c> what has not. Required.</summary>
    public string? Action { get; init; }

    /// <summary>Gets which runs. Required, with one condition at least.</summary>
    public OperationFilter? Filter { get; init; }

    /// <summary>Gets why.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets whether only to count them. Default: false.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>Which runs, as in <c>GET /api/runs</c>. All that are given must fit.</summary>
public sealed record OperationFilter
{
    /// <summary>Gets the state, or several with commas between them.</summary>
    public string? State { get; init; }

    /// <summary>Gets the job.</summary>
    public string? Job { get; init; }

    /// <summary>Gets the handler.</summary>
    public string? Handler { get; init; }

    /// <summary>Gets the queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets a tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets from when on they were asked for.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets until when they were asked for.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets conditions in groups.</summary>
    public Runs.FilterDocument? Filter { get; init; }
}

/// <summary>How many runs an operation would take.</summary>
/// <param name="Matched">How many.</param>
public sealed record OperationCountResponse(long Matched);

/// <summary>Operations, the latest first.</summary>
/// <param name="Items">The operations.</param>
public sealed record OperationListResponse(IReadOnlyList<OperationResponse> Items);

/// <summary>Something that is done to many runs.</summary>
public sealed record OperationResponse
{
    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what it does: <c>retry</c>, <c>replay</c> or <c>cancel</c>.</summary>
    public required string Action { get; init; }

    /// <summary>
    /// Gets where it stands: <c>running</c>; <c>waiting</c>, which goes on later by itself; <c>completed</c>; or <c>failed</c>, which was given up before it
    /// was through.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Gets what a waiting one waits for, or why a failed one was given up; null otherwise.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets which runs it takes, as <c>filter</c> of <c>GET /api/runs</c>; null where a newer version keeps it in a way that this one does not understand.</summary>
    public Runs.FilterDocument? Filter { get; init; }

    /// <summary>Gets who asked for it.</summary>
    public required string By { get; init; }

    /// <summary>Gets why.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets how many runs matched when it was asked for; null if counting them would have taken too long.</summary>
    public long? Matched { get; init; }

    /// <summary>Gets how many runs it has dealt with.</summary>
    public required long Done { get; init; }

    /// <summary>Gets how many runs it could not deal with.</summary>
    public required long Failed { get; init; }

    /// <summary>Gets when it was asked for.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it was through; null while it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
