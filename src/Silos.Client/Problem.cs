namespace Silos.Client;

/// <summary>An error as the HTTP API tells it: problem details (RFC 9457), with what is wrong field by field.</summary>
public sealed record Problem
{
    /// <summary>Gets the kind of problem, as an address: always <c>about:blank</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Gets the kind of problem in words.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Gets what is wrong and what would be right.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets a stable word for programs: <c>invalid, not_found, conflict, job_already_running, too_large, too_many, unavailable …</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Gets the wrong fields.</summary>
    public IReadOnlyList<ProblemField>? Errors { get; init; }
}

/// <summary>One wrong field.</summary>
/// <param name="Field">Its path: <c>retry.maxAttempts</c>.</param>
/// <param name="Value">What was given, shortened.</param>
/// <param name="Message">What is wrong and what would be right.</param>
/// <param name="Position">Where inside the value it stops making sense, from 0.</param>
public sealed record ProblemField(string Field, string? Value, string Message, int? Position);
