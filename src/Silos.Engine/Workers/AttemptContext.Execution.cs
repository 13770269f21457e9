using System.Diagnostics;
using Silos.Engine.Runs;
using Silos.Engine.Telemetry;
using Silos.Runs;

namespace Silos.Engine.Workers;

/// <summary>Running and stopping. The outcome is fixed once: by the handler's end, or by giving it up.</summary>
internal sealed partial class AttemptContext
{
    private CancelRequest? _cancellation;
    private StopReason _reason;
    private bool _scopeClosed;
    private bool _abandoned;
    private Activity? _activity;
    private TaskCompletionSource? _ended;

    /// <summary>Gets or sets the next instant (in timestamps of the clock) at which somebody must look; 0 for none. Guarded by the deadlines.</summary>
    public long Deadline { get; set; }

    /// <summary>Gets or sets its place among the deadlines; theirs.</summary>
    public int DeadlineIndex { get; set; } = -1;

    /// <summary>Gets why it was told to stop.</summary>
    public StopReason Reason
    {
        get
        {
            lock (_stop)
            {
                return _reason;
            }
        }
    }

    /// <summary>Gets how long it may take; null for no limit.</summary>
    public TimeSpan? Timeout => Pending.Request.Options.Timeout is { } timeout && timeout > TimeSpan.Zero ? timeout : null;

    /// <summary>
    /// Calls the handler on the current thread. True if it has ended already and its end only has to be passed on; false
    /// if it goes on and will pass its end on itself.
    /// </summary>
    public bool Execute()
    {
        if (Reason != StopReason.None)
        {
            return TryEnd(new OperationCanceledException("Stopped before it began."));
        }

        _activity = SilosTracing.Start(this);
        Task task;
        try
        {
            task = Registration.Invoke(this, _stop.Token)
                ?? throw new InvalidOperationException("The handler returned null instead of a task.");
        }
        catch (Exception exception)
        {
            return Ended(exception);
        }

        if (task.IsCompletedSuccessfully)
        {
            return Ended(null);
        }

        _ = AwaitAsync(task);
        return false;
    }

    /// <summary>Runs the handler to its end on the current thread, for handlers that block.</summary>
    public Task ExecuteToEndAsync()
    {
        if (Execute())
        {
            _worker.PassOn(this);
            return Task.CompletedTask;
        }

        return _ended?.Task ?? Task.CompletedTask;
    }

    /// <summary>Ends an attempt whose handler could not be called, because the process has no thread for it.</summary>
    public void Fail(Exception exception)
    {
        if (TryEnd(exception))
        {
            _worker.PassOn(this);
        }
    }

    /// <summary>Says that something threw which the handler had started and did not wait for.</summary>
    public void Stray(Exception exception) => _worker.OnStray(this, exception);

    /// <summary>Asks for a task that completes when the handler's code has returned; before it runs.</summary>
    public void TrackEnd() => _ended = new TaskCompletionSource();

    /// <summary>Tells the handler to stop. False if it was told before for as strong a reason, or has ended.</summary>
    public bool RequestStop(StopReason reason, CancelRequest? request)
    {
        lock (_stop)
        {
            if (IsOver || _reason >= reason)
            {
                return false;
            }

            _cancellation ??= request;
            var first = _reason == StopReason.None;
            _reason = reason;
            if (!first)
            {
                return true;
            }
        }

        // Callbacks that the handler registered run elsewhere: they may block or throw.
        _worker.Runner.Cancel(_stop);
        _worker.Deadlines.Set(this, _worker.Options.CancelGrace);
        return true;
    }

    /// <summary>Gives the attempt up: its outcome is recorded now, its slot stays taken until its code returns. False if it has ended.</summary>
    public bool Abandon()
    {
        lock (_stop)
        {
            var outcome = _reason switch
            {
                StopReason.Cancelled => AttemptOutcome.Cancelled(null),
                StopReason.Timeout => AttemptOutcome.TimedOut(Timeout ?? TimeSpan.Zero, null),
                _ => AttemptOutcome.HandedBack,
            };
            if (!TryFix(outcome))
            {
                return false;
            }

            _abandoned = true;
        }

        _worker.OnAbandoned(this);
        Owner.OnEnded(this);
        return true;
    }

    private async Task AwaitAsync(Task task)
    {
        Exception? thrown = null;
        try
        {
            await task;
        }
        catch (Exception exception)
        {
            thrown = exception;
        }

        if (Ended(thrown))
        {
            _worker.PassOn(this);
        }
    }

    /// <summary>The handler's code has returned. True if nothing is left to clean up, so that the end can be passed on.</summary>
    private bool Ended(Exception? thrown)
    {
        if (_scope is null && _journal is null)
        {
            return TryEnd(thrown);
        }

        _ = CleanUpAsync(thrown);
        return false;
    }

    private async Task CleanUpAsync(Exception? thrown)
    {
        try
        {
            if (_scope is { } scope)
            {
                lock (_stop)
                {
                    _scopeClosed = true;
                }

                await scope.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            // A service that fails to go away after the work was done does not undo the work; it is told in the log.
            Append(Microsoft.Extensions.Logging.LogLevel.Warning, $"Disposing the services of the attempt failed: {RunError.Told(exception)}");
        }

        if (_journal is { } journal && !IsOver)
        {
            await _worker.Journal.FlushAsync(journal);
        }

        if (TryEnd(thrown))
        {
            _worker.PassOn(this);
        }
    }

    /// <summary>Fixes the outcome from what the handler did. False if it was given up before: then only its slot comes back.</summary>
    private bool TryEnd(Exception? thrown)
    {
        bool abandoned;
        lock (_stop)
        {
            abandoned = !TryFix(OutcomeOf(thrown));
        }

        SilosTracing.End(_activity, Outcome!, thrown);
        _ended?.TrySetResult();
        if (abandoned)
        {
            _worker.OnReturned(this, wasAbandoned: _abandoned);
        }

        return !abandoned;
    }

    private AttemptOutcome OutcomeOf(Exception? thrown)
    {
        if (thrown is null)
        {
            return _result is null && _itemErrors == 0
                ? AttemptOutcome.Completed
                : AttemptOutcome.Completed with { Result = _result, ItemErrors = _itemErrors };
        }

        var outcome = _reason switch
        {
            StopReason.Cancelled => AttemptOutcome.Cancelled(thrown),
            StopReason.Timeout => AttemptOutcome.TimedOut(Timeout ?? TimeSpan.Zero, thrown),
            StopReason.ProcessStopping or StopReason.OwnershipLost => AttemptOutcome.HandedBack,
            _ => AttemptOutcome.FromException(thrown),
        };
        return _itemErrors == 0 ? outcome : outcome with { ItemErrors = _itemErrors };
    }

    private bool TryFix(AttemptOutcome outcome)
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
        {
            return false;
        }

        Outcome = outcome;
        var now = Clock.Now();
        EndedAt = now > StartedAt ? now : StartedAt;
        return true;
    }
}
