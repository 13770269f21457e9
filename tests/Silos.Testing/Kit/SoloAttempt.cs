using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Silos.Engine;
using Silos.Engine.Runs;
using Silos.Workers;

namespace Silos.Testing;

/// <summary>One attempt of <see cref="JobRunner"/>: what the engine's worker does, without the engine.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer needs no disposal, and a handler may hold its token for longer than the attempt.")]
internal sealed class SoloAttempt(KitWorld world, HandlerRegistration handler, JobRunSetup setup, IServiceProvider services)
{
    private static readonly TimeSpan Grace = new EngineOptions().CancelGrace;

    private readonly CancellationTokenSource _stop = new();
    private bool _timedOut;

    public async Task<JobRunOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var context = new KitJobContext(setup, handler, scope.ServiceProvider, world.HandlerClock, _stop);
        var started = world.Clock.GetTimestamp();
        if (setup.CancelAt?.Moment == CancelMoment.BeforeStart)
        {
            context.Cancel();
        }

        using var cancel = cancellationToken.UnsafeRegister(static context => ((KitJobContext)context!).Cancel(), context);
        using var timer = setup.Timeout is { } timeout && timeout != Timeout.InfiniteTimeSpan
            ? world.Clock.CreateTimer(_ => TimeOut(context), null, timeout, Timeout.InfiniteTimeSpan)
            : null;
        var work = world.Scheduler.Run(() => world.Attempts.WatchAsync(
            $"the handler {handler.Key}", () => handler.Invoke(context, _stop.Token)));
        var abandoned = !await ReachEndAsync(work);
        var thrown = abandoned ? null : await ThrownAsync(work);
        return context.Tell(Outcome(context, thrown, abandoned) with { Elapsed = world.Clock.GetElapsedTime(started) });
    }

    private static async Task<Exception?> ThrownAsync(Task work)
    {
        try
        {
            await work;
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static JobRunStatus Status(AttemptEnd end) => end switch
    {
        AttemptEnd.Completed => JobRunStatus.Completed,
        AttemptEnd.Skipped => JobRunStatus.Skipped,
        AttemptEnd.Snoozed => JobRunStatus.Snoozed,
        AttemptEnd.Cancelled => JobRunStatus.Cancelled,
        AttemptEnd.TimedOut => JobRunStatus.TimedOut,
        _ => JobRunStatus.Failed,
    };

    private void TimeOut(KitJobContext context)
    {
        _timedOut = context.CancelledBy is null;
        _stop.Cancel();
    }

    /// <summary>Moves the clock as far as the handler needs it; false if it was told to stop and goes on beyond the grace.</summary>
    private async Task<bool> ReachEndAsync(Task work)
    {
        await world.SettleAsync();
        TimeSpan? grace = null;
        while (!work.IsCompleted)
        {
            if (_stop.IsCancellationRequested)
            {
                grace ??= Grace;
            }

            if (world.Clock.NextTimer is not { } next)
            {
                return grace is not null ? false : throw new InvalidOperationException(
                    $"The handler {handler.Key} waits for ever: no timer is set, it has no timeout, and nobody cancels it.");
            }

            if (next > grace)
            {
                return false;
            }

            grace -= next;
            await world.AdvanceAsync(next);
        }

        return true;
    }

    private JobRunOutcome Outcome(KitJobContext context, Exception? thrown, bool abandoned)
    {
        var outcome = (thrown, abandoned) switch
        {
            (null, false) => AttemptOutcome.Completed with { Result = context.Result },
            _ when _timedOut => AttemptOutcome.TimedOut(setup.Timeout ?? TimeSpan.Zero, thrown),
            _ when context.CancelledBy is not null => AttemptOutcome.Cancelled(thrown),
            _ => AttemptOutcome.FromException(thrown!),
        };
        var retryable = outcome.End == AttemptEnd.TimedOut || (outcome.End == AttemptEnd.Failed && !outcome.NonRetryable
            && !setup.NonRetryableErrors.Any(name => name == thrown?.GetType().Name || name == thrown?.GetType().FullName));
        return new JobRunOutcome
        {
            Status = Status(outcome.End),
            RunId = context.RunId,
            Attempt = context.Attempt,
            Exception = thrown,
            Error = outcome.Error,
            Result = outcome.Result,
            Delay = outcome.Delay,
            WouldRetry = retryable && setup.Attempt < setup.MaxAttempts,
            Abandoned = abandoned,
        };
    }
}
