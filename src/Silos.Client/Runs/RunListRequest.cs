namespace Silos.Client.Runs;

/// <summary>Which runs to list: the query of <c>GET /api/runs</c>. What is null does not matter.</summary>
public sealed record RunListRequest
{
    /// <summary>Gets the state; several with commas between them.</summary>
    public string? State { get; init; }

    /// <summary>Gets the job.</summary>
    public string? Job { get; init; }

    /// <summary>Gets the handler.</summary>
    public string? Handler { get; init; }

    /// <summary>Gets the queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets a tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets the instant at or after which they were asked for.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets the instant before which they were asked for.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets further conditions.</summary>
    public FilterDocument? Filter { get; init; }

    /// <summary>Gets the <see cref="RunListResponse.Next"/> of the page before.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets how many at most, 1 to 500. Default: 50.</summary>
    public int? Limit { get; init; }
}
