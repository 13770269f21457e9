namespace Silos.Client.Audit;

/// <summary>Somebody did something.</summary>
/// <param name="Id">The place in the log.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who, as the credential says.</param>
/// <param name="Action">What: <c>job.pause</c>, <c>run.cancel</c>, <c>key.create</c>.</param>
/// <param name="Target">To what.</param>
/// <param name="Reason">The reason given.</param>
/// <param name="Detail">A JSON object: by which credential, from which address, and what the action adds.</param>
public sealed record AuditEntryResponse(
    string Id, DateTimeOffset At, string Actor, string Action, AuditTarget Target, string? Reason, JsonText? Detail);

/// <summary>What something was done to.</summary>
/// <param name="Kind"><c>job</c>, <c>run</c>, <c>queue</c>, <c>key</c>, <c>tenant</c>, <c>session</c>, <c>silo</c>, <c>source</c>, <c>installation</c>.</param>
/// <param name="Name">Which one.</param>
public sealed record AuditTarget(string Kind, string Name);

/// <summary>A page of the audit log, latest first: <c>GET /api/audit</c>.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">The cursor of the next page; absent on the last.</param>
public sealed record AuditListResponse(IReadOnlyList<AuditEntryResponse> Items, string? Next);

/// <summary>Which entries of the audit log to list. What is null does not matter.</summary>
public sealed record AuditListRequest
{
    /// <summary>Gets the job it was done to.</summary>
    public string? Job { get; init; }

    /// <summary>Gets the run it was done to.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the queue it was done to.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>Gets what was done; <c>job.</c> stands for everything done to jobs.</summary>
    public string? Action { get; init; }

    /// <summary>Gets the earliest instant.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets the instant before which it was done.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets the <c>next</c> of the previous page.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets how many at most, 1 to 500. Default: 100.</summary>
    public int? Limit { get; init; }
}
