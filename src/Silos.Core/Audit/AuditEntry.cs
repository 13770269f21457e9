namespace Silos.Audit;

/// <summary>Somebody did something.</summary>
public sealed record AuditEntry
{
    /// <summary>Gets the place in the log, given by the store; later entries have higher ones.</summary>
    public long Id { get; init; }

    /// <summary>Gets when.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets whose things were touched.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Gets who, as the credential says.</summary>
    public required string Actor { get; init; }

    /// <summary>Gets what: <c>job.pause</c>, <c>run.cancel</c>, <c>key.create</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Gets what sort of thing it was done to: <c>job</c>, <c>run</c>, <c>queue</c>, <c>key</c>, <c>tenant</c>.</summary>
    public required string TargetKind { get; init; }

    /// <summary>Gets which one.</summary>
    public required string TargetName { get; init; }

    /// <summary>Gets the reason given.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets what else is known, a JSON object: the kind and id of the credential, the address it came from.</summary>
    public JsonText? Detail { get; init; }
}

/// <summary>Which entries to list, latest first. What is null does not matter.</summary>
/// <param name="Tenant">Whose.</param>
public sealed record AuditQuery(TenantId Tenant)
{
    /// <summary>Gets the sort of thing it was done to.</summary>
    public string? TargetKind { get; init; }

    /// <summary>Gets the thing it was done to.</summary>
    public string? TargetName { get; init; }

    /// <summary>Gets who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>Gets what was done; one that ends with <c>.</c> stands for all that begin so: <c>job.</c></summary>
    public string? Action { get; init; }

    /// <summary>Gets the earliest instant.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets the instant before which it was done.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets the place before which to go on: the last one of the previous page.</summary>
    public long? Before { get; init; }

    /// <summary>Gets how many at most.</summary>
    public int Limit { get; init; } = 100;
}
