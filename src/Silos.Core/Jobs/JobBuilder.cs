using Silos.Queues;
using Silos.Schedules;

namespace Silos.Jobs;

/// <summary>Makes a job definition step by step: <c>job =&gt; job.Cron("0 2 * * *").InTimeZone("Europe/Paris")</c>.</summary>
public sealed class JobBuilder
{
    /// <summary>Starts from a definition.</summary>
    public JobBuilder(JobDefinition definition) => Definition = definition;

    /// <summary>Gets the definition as built so far.</summary>
    public JobDefinition Definition { get; private set; }

    /// <summary>Gets the schedule functions given to <see cref="Next"/>, by the key that their schedule names.</summary>
    public IDictionary<string, Func<DateTimeOffset, DateTimeOffset?>> Functions { get; } =
        new Dictionary<string, Func<DateTimeOffset, DateTimeOffset?>>(StringComparer.Ordinal);

    /// <summary>Adds a schedule: a cron expression, a macro, <c>@every 24h</c>, <c>@after 10m</c>, a date, or a named schedule.</summary>
    public JobBuilder Cron(string expression) => Schedule(new ScheduleSpec { Expression = expression });

    /// <summary>Adds a schedule.</summary>
    public JobBuilder Schedule(ScheduleSpec schedule) =>
        With(Definition with { Schedules = [.. Definition.Schedules, schedule] });

    /// <summary>Adds an interval with a fixed phase, counted from the registration.</summary>
    public JobBuilder Every(TimeSpan interval) => Cron($"@every {DurationText.Format(interval)}");

    /// <summary>Adds an interval counted from the end of the previous run.</summary>
    public JobBuilder After(TimeSpan interval) => Cron($"@after {DurationText.Format(interval)}");

    /// <summary>Adds one date.</summary>
    public JobBuilder At(DateTimeOffset instant) =>
        Cron(instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Adds a schedule that is a function: from an instant to the next due instant after it, or null for never again.</summary>
    public JobBuilder Next(Func<DateTimeOffset, DateTimeOffset?> next)
    {
        var key = Functions.Count == 0 ? Definition.Name.Value : $"{Definition.Name}#{Functions.Count + 1}";
        Functions[key] = next;
        return Cron($"@function {key}");
    }

    /// <summary>Sets the time zone (IANA name, or <c>local</c>) of the schedules added so far.</summary>
    public JobBuilder InTimeZone(string timeZone) =>
        With(Definition with { Schedules = [.. Definition.Schedules.Select(s => s with { TimeZone = timeZone })] });

    /// <summary>Says what the job is for.</summary>
    public JobBuilder Describe(string description) => With(Definition with { Description = description });

    /// <summary>Sets what the handler is given.</summary>
    public JobBuilder Payload<T>(T payload) => With(Definition with { Payload = JsonText.From(payload) });

    /// <summary>Sets the queue.</summary>
    public JobBuilder Queue(string queue) => With(Definition with { Queue = QueueName.Parse(queue) });

    /// <summary>Sets the priority; higher goes first.</summary>
    public JobBuilder Priority(int priority) => With(Definition with { Priority = priority });

    /// <summary>Sets how long an attempt may take.</summary>
    public JobBuilder Timeout(TimeSpan timeout) => With(Definition with { Timeout = timeout });

    /// <summary>Sets how many attempts a run has; the back-off stays what it is: the job's, its handler's or the host's.</summary>
    public JobBuilder Retry(int maxAttempts) => With(Definition with { MaxAttempts = maxAttempts });

    /// <summary>Sets the retry policy.</summary>
    public JobBuilder Retry(RetryPolicy policy) => With(Definition with { Retry = policy });

    /// <summary>Sets what happens when the job falls due while it is running.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="limit">How many may run side by side under <see cref="OverlapMode.Allow"/>.</param>
    public JobBuilder Overlap(OverlapMode mode, int limit = int.MaxValue) =>
        With(Definition with { Overlap = new OverlapPolicy { Mode = mode, Limit = limit } });

    /// <summary>Sets what happens to due instants that passed undecided.</summary>
    public JobBuilder CatchUp(CatchUpMode mode, TimeSpan? window = null) => With(Definition with
    {
        CatchUp = Definition.CatchUp with { Mode = mode, Window = window ?? Definition.CatchUp.Window },
    });

    /// <summary>Pauses the job after so many failed runs in a row.</summary>
    public JobBuilder PauseAfter(int failures) => With(Definition with { PauseAfterFailures = failures });

    /// <summary>Lets only so many runs with the key execute at once, whatever their job.</summary>
    public JobBuilder ConcurrencyKey(string key, int limit = 1) =>
        With(Definition with { ConcurrencyKey = key, ConcurrencyLimit = limit });

    /// <summary>Runs the job when a process starts, holding the start up or not.</summary>
    public JobBuilder OnStart(StartupMode mode = StartupMode.Background) => With(Definition with { Startup = mode });

    /// <summary>Switches the job on or off.</summary>
    public JobBuilder Enabled(bool enabled) => With(Definition with { Enabled = enabled });

    /// <summary>Sets how long finished runs are kept.</summary>
    public JobBuilder Keep(KeepPolicy keep) => With(Definition with { Keep = keep });

    /// <summary>Adds words to find the job by.</summary>
    public JobBuilder Tag(params string[] tags) => With(Definition with { Tags = [.. Definition.Tags, .. tags] });

    private JobBuilder With(JobDefinition definition)
    {
        Definition = definition;
        return this;
    }
}
