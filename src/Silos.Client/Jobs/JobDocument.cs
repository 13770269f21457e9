using System.Text.Json;
using Silos.Client.Json;
using Silos.Jobs;

namespace Silos.Client.Jobs;

/// <summary>A job as people write it: the body of <c>PUT /api/jobs/{name}</c> and an entry of a jobs file.</summary>
/// <remarks>
/// This record is the shape that is written; what is read may be shorter: see each property. Reading
/// (<see cref="Read(JsonElement, string, string?)"/>) is strict and reports every mistake at once.
/// </remarks>
public sealed record JobDocument
{
    /// <summary>Gets the name, unique in the tenant.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what the job is for, in words; at most 2,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the key of the handler that does the work. Required.</summary>
    public string? Handler { get; init; }

    /// <summary>
    /// Gets when the job is due. Each may be written as text (the expression alone); a single one may be given as <c>schedule</c>.
    /// </summary>
    public IReadOnlyList<ScheduleDocument>? Schedules { get; init; }

    /// <summary>Gets what the handler is given: any JSON.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets how long one attempt may take: <c>5m</c>, <c>PT5M</c> or a number of seconds. Default: no limit.</summary>
    public string? Timeout { get; init; }

    /// <summary>Gets how failed attempts are repeated. May be written as a number: the attempts in all.</summary>
    public RetryDocument? Retry { get; init; }

    /// <summary>Gets what happens when it falls due while it is still running. May be written as a word: the mode.</summary>
    public OverlapDocument? Overlap { get; init; }

    /// <summary>Gets what happens to due instants that passed undecided. May be written as a word: the policy.</summary>
    public CatchUpDocument? CatchUp { get; init; }

    /// <summary>Gets the queue its runs wait in. Default: <c>default</c>.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets the priority of its runs, −1000 to 1000; higher goes first. Default: 0.</summary>
    public int? Priority { get; init; }

    /// <summary>Gets whether the job is switched on. Default: true.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Gets words to find the job and its runs by; at most 20.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Gets after how many failed runs in a row the job pauses itself. Default: never.</summary>
    public int? PauseAfterFailures { get; init; }

    /// <summary>Gets a key shared with other jobs and runs, of which only so many may execute at once.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>Gets how many runs with the key may execute at once. Default: 1.</summary>
    public int? ConcurrencyLimit { get; init; }

    /// <summary>Gets after what delay a start counts as late. Default: 1 second.</summary>
    public string? LateAfter { get; init; }

    /// <summary>Gets within what time after a due instant the job must have succeeded, before that is an alarm; <c>never</c> for no alarm. Default: the host's setting.</summary>
    public string? ExpectSuccessWithin { get; init; }

    /// <summary>Gets how long finished runs are kept.</summary>
    public KeepDocument? Keep { get; init; }

    /// <summary>Gets whether and how the job runs when a process starts: <c>none</c>, <c>background</c> or <c>blocking</c>.</summary>
    public string? Startup { get; init; }

    /// <summary>Writes a definition with everything that differs from the defaults.</summary>
    public static JobDocument From(JobDefinition definition) => JobDocumentWriter.Write(definition);

    /// <summary>Writes a definition as JSON.</summary>
    public static string ToJson(JobDefinition definition) =>
        JsonSerializer.Serialize(From(definition), ClientJson.Default.JobDocument);

    /// <summary>Reads a definition.</summary>
    /// <param name="element">The JSON object.</param>
    /// <param name="path">Where it stands, for messages: <c>jobs[0]</c>; empty for a body of its own.</param>
    /// <param name="name">The name if it is known from elsewhere (the address); a name in the document must then equal it.</param>
    /// <exception cref="InvalidException">Something is wrong; every problem is told, with its path.</exception>
    public static JobDefinition Read(JsonElement element, string path = "", string? name = null)
    {
        var problems = new List<FieldProblem>();
        return Read(element, path, name, problems) is { } definition && problems.Count == 0
            ? definition
            : throw new InvalidException(problems);
    }

    /// <summary>Reads a definition, collecting problems.</summary>
    /// <returns>The definition, or null when something is wrong; then <paramref name="problems"/> has grown.</returns>
    /// <param name="element">The JSON object.</param>
    /// <param name="path">Where it stands, for messages.</param>
    /// <param name="name">The name if it is known from elsewhere.</param>
    /// <param name="problems">Where to put what is wrong.</param>
    public static JobDefinition? Read(JsonElement element, string path, string? name, ICollection<FieldProblem> problems) =>
        JobDocumentReader.Read(element, path, name, problems);
}

/// <summary>A schedule as people write it.</summary>
public sealed record ScheduleDocument
{
    /// <summary>Gets when the job is due: cron, macro, <c>@every 24h</c>, <c>@after 10m</c>, a date, or the name of a schedule.</summary>
    public string? Expression { get; init; }

    /// <summary>Gets the IANA zone, or <c>local</c>. Default: the job's <c>timeZone</c>, else the host's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Gets the rule for changes of clocks: <c>default</c>, <c>skip</c> or <c>both</c>.</summary>
    public string? DaylightSaving { get; init; }

    /// <summary>Gets the first instant at which it may be due.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Gets the last instant at which it may be due.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>Gets how many occurrences there may be in all.</summary>
    public long? MaxOccurrences { get; init; }

    /// <summary>Gets by how much an occurrence may be put off.</summary>
    public string? Jitter { get; init; }

    /// <summary>Gets the names of calendars that may exclude an occurrence.</summary>
    public IReadOnlyList<string>? Calendars { get; init; }
}

/// <summary>A retry policy as people write it.</summary>
public sealed record RetryDocument
{
    /// <summary>
    /// Gets the number of attempts in all, 1 to 1,000. Alone it leaves the back-off to the handler or the host. Default: 3.
    /// </summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Gets the wait before the second attempt. Default: 1 second.</summary>
    public string? InitialInterval { get; init; }

    /// <summary>Gets by how much the wait grows; 1 to 100. Default: 2.</summary>
    public double? Coefficient { get; init; }

    /// <summary>Gets the longest wait, not shorter than the first. Default: 60 seconds, or the first wait if that is longer.</summary>
    public string? MaxInterval { get; init; }

    /// <summary>Gets whether the wait is drawn between zero and its full length. Default: true.</summary>
    public bool? Jitter { get; init; }

    /// <summary>Gets types of errors that are never tried again.</summary>
    public IReadOnlyList<string>? NonRetryableErrors { get; init; }
}

/// <summary>An overlap policy as people write it.</summary>
public sealed record OverlapDocument
{
    /// <summary>Gets the mode: <c>skip, queue_one, queue_all, allow, cancel_running, terminate_running</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>Gets how many may run side by side under <c>allow</c>. Default: unlimited.</summary>
    public int? Limit { get; init; }
}

/// <summary>A catch-up policy as people write it.</summary>
public sealed record CatchUpDocument
{
    /// <summary>Gets which due instants are made up for: <c>none, last, all</c>.</summary>
    public string? Policy { get; init; }

    /// <summary>Gets how far back to look. Default: 1 hour.</summary>
    public string? Window { get; init; }

    /// <summary>Gets how late an instant may be decided and still count as on time. Default: 5 seconds.</summary>
    public string? Tolerance { get; init; }
}

/// <summary>How long finished runs are kept, as people write it.</summary>
public sealed record KeepDocument
{
    /// <summary>Gets how long completed, cancelled and skipped runs are kept.</summary>
    public string? Completed { get; init; }

    /// <summary>Gets how long failed and dead runs are kept.</summary>
    public string? Failed { get; init; }

    /// <summary>Gets how many finished runs of the job are kept at most.</summary>
    public int? MaxRuns { get; init; }

    /// <summary>Gets whether a run that completes is deleted at once.</summary>
    public bool? DeleteOnSuccess { get; init; }
}
