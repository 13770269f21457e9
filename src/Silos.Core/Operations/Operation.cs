using System.Text.Json.Serialization;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Operations;

/// <summary>Something done to many runs, in bounded batches in the background; it survives restarts.</summary>
/// <remarks>
/// It takes the runs that were asked for before it, newest first. Where it stands is stored with each batch; a batch that was done and whose record was lost
/// is done again, and changes nothing the second time.
/// </remarks>
public sealed record Operation
{
    /// <summary>Gets which one it is; it sorts after all runs that it takes.</summary>
    public required RunId Id { get; init; }

    /// <summary>Gets whose runs it takes.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Gets what it does.</summary>
    public required OperationAction Action { get; init; }

    /// <summary>Gets which runs it takes, as <see cref="FilterJson"/> writes it.</summary>
    public required JsonText Filter { get; init; }

    /// <summary>Gets who asked for it.</summary>
    public required string By { get; init; }

    /// <summary>Gets why.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets how many runs matched when it was asked for; 0 if nobody counted them.</summary>
    public required long Matched { get; init; }

    /// <summary>Gets whether it was begun without a count, because counting took too long.</summary>
    public bool Uncounted { get; init; }

    /// <summary>Gets how many runs it has dealt with.</summary>
    public long Done { get; init; }

    /// <summary>Gets how many runs it could not deal with.</summary>
    public long Failed { get; init; }

    /// <summary>Gets the last run it has looked at; null before the first.</summary>
    public RunId? Reached { get; init; }

    /// <summary>Gets when it was asked for.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it was through; null while it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets what keeps it from going on right now, in words: its tenant's limits, or what went wrong with the last try. Of one that was given up, why.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets since when every try went wrong; null if the last one did not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Gets where it stands.</summary>
    [JsonIgnore]
    public OperationState State => (EndedAt, Problem) switch
    {
        (null, null) => OperationState.Running,
        (null, _) => OperationState.Waiting,
        (_, null) => OperationState.Completed,
        _ => OperationState.Failed,
    };

    /// <summary>Gets the runs that it has still to take.</summary>
    [JsonIgnore]
    public RunId Before => Reached ?? Id;
}

/// <summary>Where an operation stands.</summary>
public enum OperationState
{
    /// <summary>It goes on, batch by batch.</summary>
    Running,

    /// <summary>It goes on later by itself: <see cref="Operation.Problem"/> says what it waits for.</summary>
    Waiting,

    /// <summary>It is through.</summary>
    Completed,

    /// <summary>It was given up before it was through: <see cref="Operation.Problem"/> says why.</summary>
    Failed,
}

/// <summary>What is done to many runs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OperationAction>))]
public enum OperationAction
{
    /// <summary>Runs that have not done their work are run again, as new runs: those that failed, are dead or were cancelled.</summary>
    Retry,

    /// <summary>Runs that have ended are run again, as new runs, however they ended: also those that completed or were skipped.</summary>
    Replay,

    /// <summary>Runs that have not ended are cancelled.</summary>
    Cancel,
}
