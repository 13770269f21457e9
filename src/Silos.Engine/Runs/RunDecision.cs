using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Runs;

/// <summary>What the record of an attempt says besides its outcome.</summary>
/// <param name="Token">The attempt's token.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Worker">The process.</param>
internal readonly record struct AttemptFacts(long Token, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string Worker);

/// <summary>What follows for a run when one of its attempts has ended: it is over, or it waits again. A pure function of its arguments.</summary>
/// <param name="Finished">The end of the run, or null.</param>
/// <param name="Requeued">How it waits again, or null.</param>
internal readonly record struct RunDecision(FinishedRun? Finished, RequeuedRun? Requeued)
{
    /// <summary>From how many losses on a run is tried alone.</summary>
    public const int AloneAfterLosses = 2;

    /// <summary>How often a run may be lost before it counts as poison: three times while it was alone.</summary>
    public const int MaxLosses = AloneAfterLosses + 3;

    // Nobody means a wait of more than a year; a handler that asks for one has mistaken a unit.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(366);

    /// <summary>Decides.</summary>
    /// <param name="run">The run as its row has it, this attempt not counted.</param>
    /// <param name="facts">The attempt.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="retry">The back-off.</param>
    /// <param name="cancel">The wish to cancel the run, if anybody has it: what would wait again ends instead.</param>
    /// <param name="draw">Chance in [0, 1), for jitter.</param>
    public static RunDecision After(
        PendingRun run, AttemptFacts facts, AttemptOutcome outcome, RetryPolicy retry, CancelRequest? cancel, double draw)
    {
        var counted = run.Attempts + 1;
        switch (outcome.End)
        {
            case AttemptEnd.Completed:
                return End(run, facts, outcome, RunState.Completed, "completed", counted);
            case AttemptEnd.Skipped:
                return End(run, facts, outcome, RunState.Skipped, "skipped", counted);
            case AttemptEnd.Cancelled:
                return End(run, facts, outcome, RunState.Cancelled, "cancelled", counted);
        }

        if (cancel is not null)
        {
            return End(run, facts, outcome, RunState.Cancelled, "cancelled", counted);
        }

        switch (outcome.End)
        {
            case AttemptEnd.Snoozed:
                return Wait(run, facts, outcome, "snoozed", run.Attempts, facts.EndedAt + Bounded(outcome.Delay));
            case AttemptEnd.HandedBack:
                return Wait(run, facts, outcome, "handed_back", run.Attempts, run.Request.DueAt);
            case AttemptEnd.Lost:
                return run.Losses + 1 >= MaxLosses
                    ? End(run, facts, outcome, RunState.Dead, "lost", run.Attempts)
                    : Wait(run, facts, outcome, "lost", run.Attempts, run.Request.DueAt);
        }

        var word = outcome.End == AttemptEnd.TimedOut ? "timeout" : "failed";
        if (outcome.NonRetryable || IsNonRetryable(outcome.Error, retry))
        {
            return End(run, facts, outcome, RunState.Failed, word, counted);
        }

        if (counted >= run.Request.MaxAttempts)
        {
            return End(run, facts, outcome, RunState.Dead, word, counted);
        }

        var delay = outcome.Delay is null ? retry.DelayAfter(counted, draw) : Bounded(outcome.Delay);
        return Wait(
            run, facts, outcome, outcome.End == AttemptEnd.TimedOut ? "timeout" : "retry", counted, facts.EndedAt + delay);
    }

    /// <summary>The end of a run that was cancelled while it waited.</summary>
    public static FinishedRun CancelledWaiting(PendingRun run, DateTimeOffset now) => new()
    {
        Run = run.Id,
        Token = long.MaxValue,
        State = RunState.Cancelled,
        Attempts = run.Attempts,
        Losses = run.Losses,
        EndedAt = now,
        Outcome = "cancelled",
        Job = run.Job,
        WakeJob = run.Request.Options.WakeJob,
    };

    private static RunDecision End(
        PendingRun run, AttemptFacts facts, AttemptOutcome outcome, RunState state, string word, int attempts) => new(
        new FinishedRun
        {
            Run = run.Id,
            Token = facts.Token,
            State = state,
            Attempts = attempts,
            Losses = outcome.End == AttemptEnd.Lost ? run.Losses + 1 : run.Losses,
            StartedAt = facts.StartedAt,
            EndedAt = facts.EndedAt,
            Worker = facts.Worker,
            Error = outcome.Error,
            Result = outcome.Result,
            ItemErrors = outcome.ItemErrors,
            Outcome = word,
            Delete = state == RunState.Completed && run.Request.Options.DeleteOnSuccess,
            Job = run.Job,
            WakeJob = run.Request.Options.WakeJob,
        },
        null);

    private static RunDecision Wait(
        PendingRun run, AttemptFacts facts, AttemptOutcome outcome, string word, int attempts, DateTimeOffset due) => new(
        null,
        new RequeuedRun
        {
            Run = run.Id,
            Token = facts.Token,
            State = due > facts.EndedAt ? RunState.Scheduled : RunState.Queued,
            DueAt = due.ToInstant(),
            Attempts = attempts,
            Losses = outcome.End == AttemptEnd.Lost ? run.Losses + 1 : run.Losses,
            StartedAt = facts.StartedAt,
            EndedAt = facts.EndedAt,
            Worker = facts.Worker,
            Outcome = word,
            Error = outcome.Error,
        });

    private static bool IsNonRetryable(RunError? error, RetryPolicy retry)
    {
        if (error is null)
        {
            return false;
        }

        foreach (var type in retry.NonRetryableErrors)
        {
            var full = error.Type;
            if (full == type || (full.EndsWith(type, StringComparison.Ordinal) && full[^(type.Length + 1)] is '.' or '+'))
            {
                return true;
            }
        }

        return false;
    }

    private static TimeSpan Bounded(TimeSpan? delay) => delay switch
    {
        null => TimeSpan.Zero,
        { } value when value < TimeSpan.Zero => TimeSpan.Zero,
        { } value when value > LongestDelay => LongestDelay,
        { } value => value,
    };
}
