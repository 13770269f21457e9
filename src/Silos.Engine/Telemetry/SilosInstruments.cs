using System.Diagnostics;
using System.Diagnostics.Metrics;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Telemetry;

/// <summary>What is counted, in the words of the domain; meter <c>Silos</c>. Nothing costs anything while nobody listens.</summary>
/// <remarks>
/// Counters rise in all engines of a process together. What an engine has at the moment is told by <see cref="EngineGauges"/>. Tags are
/// words of ours, or names of queues and handlers; of those at most <see cref="TagValues.Most"/> each, the rest is called <c>other</c>.
/// </remarks>
internal static class SilosInstruments
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Silos";

    /// <summary>A job was changed by another writer first.</summary>
    public const string Version = "version";

    /// <summary>A partition has another owner by now.</summary>
    public const string Epoch = "epoch";

    /// <summary>An attempt does not count any more.</summary>
    public const string Token = "token";

    private static readonly Meter Meter = new(MeterName);
    private static readonly TagValues Queues = new();
    private static readonly TagValues Handlers = new();

    private static readonly Counter<long> EnqueuedRuns = Meter.CreateCounter<long>(
        "silos.runs.enqueued", "{run}", "Runs stored by the owners of their queues, adopted ones included; each once.");

    private static readonly Counter<long> EndedRuns = Meter.CreateCounter<long>(
        "silos.runs.ended", "{run}", "Runs that are over, by outcome: completed, failed, dead, cancelled, skipped.");

    private static readonly Counter<long> StartedAttempts = Meter.CreateCounter<long>(
        "silos.attempts.started", "{attempt}", "Attempts begun by the workers of this process.");

    private static readonly Counter<long> EndedAttempts = Meter.CreateCounter<long>(
        "silos.attempts.ended", "{attempt}",
        "Attempts recorded, by outcome: completed, failed, retry, timeout, cancelled, skipped, snoozed, lost, handed_back.");

    private static readonly Counter<long> AbandonedAttempts = Meter.CreateCounter<long>(
        "silos.attempts.abandoned", "{attempt}", "Attempts that ignored that they were told to stop.");

    private static readonly Histogram<double> Lateness = Meter.CreateHistogram(
        "silos.run.start.lateness", "s", "From when a run could have started to when its attempt began.",
        advice: Buckets<double>(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600));

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "silos.attempt.duration", "s", "How long attempts took.",
        advice: Buckets<double>(0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400));

    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram(
        "silos.commit.duration", "s", "How long group commits of partitions took.",
        advice: Buckets<double>(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10));

    private static readonly Histogram<long> CommitRows = Meter.CreateHistogram(
        "silos.commit.size", "{item}", "How many enqueues, claims and ends one group commit wrote.",
        advice: Buckets<long>(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000));

    private static readonly Counter<long> Decided = Meter.CreateCounter<long>(
        "silos.ledger.verdicts", "{occurrence}", "Due instants decided, by verdict.");

    private static readonly Counter<long> Sweeps = Meter.CreateCounter<long>(
        "silos.sweeps.found", "{sweep}", "Looks for overdue jobs that found some which nothing else had woken.");

    private static readonly Counter<long> Woken = Meter.CreateCounter<long>(
        "silos.sweeps.woken", "{job}", "Jobs woken by such looks.");

    private static readonly Counter<long> Reminders = Meter.CreateCounter<long>(
        "silos.reminders.received", "{reminder}", "Reminders of jobs that rang in this silo.");

    private static readonly Counter<long> LateReminders = Meter.CreateCounter<long>(
        "silos.reminders.late", "{reminder}", "Reminders that found their job overdue by more than a second.");

    private static readonly Counter<long> StepDowns = Meter.CreateCounter<long>(
        "silos.partitions.step_downs", "{partition}", "Times a partition was given up after an error.");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "silos.writes.refused", "{write}",
        "Writes that came too late, by the check that refused them: version of a job, epoch of a partition, token of an attempt.");

    /// <summary>Gets whether anybody wants to know how late attempts start.</summary>
    public static bool WantsLateness => Lateness.Enabled;

    /// <summary>Gets whether anybody wants to know what was decided.</summary>
    public static bool WantsVerdicts => Decided.Enabled;

    /// <summary>Gets whether anybody wants to know how attempts end.</summary>
    public static bool WantsEnds => EndedRuns.Enabled || EndedAttempts.Enabled || Duration.Enabled;

    /// <summary>Runs were adopted from the inbox.</summary>
    public static void OnEnqueued(int runs)
    {
        if (runs > 0)
        {
            EnqueuedRuns.Add(runs);
        }
    }

    /// <summary>Enqueues were answered: those that made a run count.</summary>
    public static void OnEnqueued(IReadOnlyList<EnqueueOutcome> outcomes)
    {
        if (!EnqueuedRuns.Enabled)
        {
            return;
        }

        var made = 0;
        for (var i = 0; i < outcomes.Count; i++)
        {
            made += outcomes[i].Kind == EnqueueKind.Accepted ? 1 : 0;
        }

        OnEnqueued(made);
    }

    public static void OnStarted(int attempts) => StartedAttempts.Add(attempts);

    /// <summary>An attempt began.</summary>
    public static void OnLateness(string queue, TimeSpan lateness) =>
        Lateness.Record(Math.Max(0, lateness.TotalSeconds), new KeyValuePair<string, object?>("queue", Queues.Of(queue)));

    /// <summary>An attempt was recorded.</summary>
    public static void OnDuration(string handler, string outcome, TimeSpan duration)
    {
        if (Duration.Enabled)
        {
            Duration.Record(duration.TotalSeconds, new("handler", Handlers.Of(handler)), new("outcome", outcome));
        }
    }

    /// <summary>Attempts were recorded that ended alike.</summary>
    public static void OnAttemptsEnded(string outcome, int attempts) =>
        EndedAttempts.Add(attempts, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Runs are over that ended alike.</summary>
    public static void OnRunsEnded(string handler, string queue, RunState state, int runs) => EndedRuns.Add(
        runs, new("handler", Handlers.Of(handler)), new("outcome", state.ToText()), new("queue", Queues.Of(queue)));

    public static void OnAbandoned() => AbandonedAttempts.Add(1);

    /// <summary>Marks the beginning of a commit; 0 if nobody listens.</summary>
    public static long CommitBegins() => CommitDuration.Enabled || CommitRows.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>A commit was answered.</summary>
    public static void OnCommitted(PartitionCommit commit, long begun)
    {
        if (begun == 0)
        {
            return;
        }

        CommitDuration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        var claimed = 0;
        for (var i = 0; i < commit.Claims.Count; i++)
        {
            claimed += commit.Claims[i].Runs.Count;
        }

        CommitRows.Record(commit.Enqueues.Count + claimed + commit.Finished.Count + commit.Requeued.Count);
    }

    /// <summary>Due instants were decided.</summary>
    public static void OnDecided(Verdict verdict, long occurrences) =>
        Decided.Add(occurrences, new KeyValuePair<string, object?>("verdict", verdict.ToText()));

    /// <summary>A look for overdue jobs found some.</summary>
    public static void OnSwept(int woken)
    {
        if (woken > 0)
        {
            Sweeps.Add(1);
            Woken.Add(woken);
        }
    }

    /// <summary>A reminder rang.</summary>
    public static void OnReminder(bool late)
    {
        Reminders.Add(1);
        if (late)
        {
            LateReminders.Add(1);
        }
    }

    public static void OnStepDown() => StepDowns.Add(1);

    public static void OnRefused(string check) => Refused.Add(1, new KeyValuePair<string, object?>("check", check));

    private static InstrumentAdvice<T> Buckets<T>(params T[] boundaries)
        where T : struct => new() { HistogramBucketBoundaries = boundaries };
}
