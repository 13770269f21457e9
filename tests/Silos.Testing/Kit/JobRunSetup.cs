using Silos.Jobs;
using Silos.Runs;

namespace Silos.Testing;

/// <summary>What a handler alone is told about its run.</summary>
internal sealed record JobRunSetup
{
    public JsonText Payload { get; init; }

    public RunId? RunId { get; init; }

    public JobName? Job { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public int Attempt { get; init; } = 1;

    public int MaxAttempts { get; init; } = RetryPolicy.Default.MaxAttempts;

    public IReadOnlyList<string> NonRetryableErrors { get; init; } = [];

    public TimeSpan? Timeout { get; init; }

    public RunOptions Options { get; init; } = RunOptions.Default;

    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    public (CancelMoment Moment, int Number)? CancelAt { get; init; }

    public CancelRequest? CancelRequest { get; init; }
}
