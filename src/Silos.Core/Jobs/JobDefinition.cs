using System.Text.Json.Serialization;
using Silos.Queues;
using Silos.Schedules;

namespace Silos.Jobs;

/// <summary>What a person writes to register a job: what to run, when, and how strictly. Immutable.</summary>
public sealed record JobDefinition
{
    /// <summary>Gets the name, unique in the tenant.</summary>
    public required JobName Name { get; init; }

    /// <summary>Gets the key of the handler that does the work.</summary>
    public required string Handler { get; init; }

    /// <summary>Gets what the job is for, in words.</summary>
    public string? Description { get; init; }

    /// <summary>Gets what the handler is given. Default: none.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets when the job is due. Empty: only when triggered. Two schedules due at one instant share an occurrence.</summary>
    public IReadOnlyList<ScheduleSpec> Schedules { get; init; } = [];

    /// <summary>Gets whether the job is switched on. A disabled job keeps its history and fires nothing. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Gets the queue its runs wait in. Default: <c>default</c>.</summary>
    public QueueName Queue { get; init; } = QueueName.Default;

    /// <summary>Gets the priority of its runs; higher goes first. −1000 to 1000. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary>Gets how long one attempt may take. Default: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets how failed attempts are repeated. Left at the default: as its handler says, else the host.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>Gets the number of attempts in all, whatever policy the rest comes from; 1 to 1,000. Default: the policy's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxAttempts { get; init; }

    /// <summary>Gets what happens when it falls due while it is still running.</summary>
    public OverlapPolicy Overlap { get; init; } = OverlapPolicy.Default;

    /// <summary>Gets what happens to due instants that passed undecided.</summary>
    public CatchUpPolicy CatchUp { get; init; } = CatchUpPolicy.Default;

    /// <summary>Gets how long finished runs are kept.</summary>
    public KeepPolicy Keep { get; init; } = KeepPolicy.Default;

    /// <summary>Gets after how many failed runs in a row the job pauses itself. Default: never.</summary>
    public int? PauseAfterFailures { get; init; }

    /// <summary>Gets a key shared with other jobs and runs of the tenant, of which only so many may execute at once.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>Gets how many runs with the <see cref="ConcurrencyKey"/> may execute at once. Default: 1.</summary>
    public int ConcurrencyLimit { get; init; } = 1;

    /// <summary>Gets after what delay a start counts as late. Default: 1 second.</summary>
    public TimeSpan LateAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets within what time after a due instant the job must have succeeded, before that is an alarm; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>
    /// for never. Default: the host's setting, with the timeout on top.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? ExpectSuccessWithin { get; init; }

    /// <summary>Gets whether and how the job runs when a process starts. Default: not at all.</summary>
    public StartupMode Startup { get; init; }

    /// <summary>Gets words to find the job and its runs by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets how failed attempts of its runs are repeated.</summary>
    /// <param name="otherwise">The policy of its handler, else the host's; null for neither.</param>
    public RetryPolicy RetryOver(RetryPolicy? otherwise)
    {
        var policy = Retry.Equals(RetryPolicy.Default) ? otherwise ?? Retry : Retry;
        return MaxAttempts is { } attempts ? policy with { MaxAttempts = attempts } : policy;
    }

    /// <inheritdoc/>
    public bool Equals(JobDefinition? other) =>
        other is not null && JsonText.From(this) == JsonText.From(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Handler, Priority, Queue);
}

/// <summary>Whether a job runs when a process that schedules starts.</summary>
public enum StartupMode
{
    /// <summary>Only by its schedules and triggers.</summary>
    None,

    /// <summary>Once per start, without holding the start up. The same as the schedule <c>@reboot</c>.</summary>
    Background,

    /// <summary>Once per start; the process is not ready (and accepts no HTTP) until the run has ended. A failure stops the start.</summary>
    Blocking,
}
