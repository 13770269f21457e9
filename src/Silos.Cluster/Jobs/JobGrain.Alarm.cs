using Silos.Jobs;

namespace Silos.Cluster.Jobs;

/// <summary>When the job is due next: a timer within the next minute, the reminder beyond.</summary>
internal sealed partial class JobGrain
{
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Far = TimeSpan.FromMinutes(5);

    private Job? _row;
    private bool _fresh;
    private bool _stale;
    private bool _deciding;
    private bool _again;
    private IGrainTimer? _timer;

    public async Task ArmAsync(Job row)
    {
        var alone = _row is null;
        Take(row);
        Arm();
        await _keeping;
        if (alone && _row is { } kept && !(Alarm(kept) - jobs.Now < Far))
        {
            // The reminder rings when the time comes; until then the job needs no memory.
            DeactivateOnIdle();
        }
    }

    public Task<bool> WakeAsync(Job row)
    {
        Take(row);
        _fresh |= ReferenceEquals(_row, row);
        return DecideAsync();
    }

    /// <summary>Gets when the job wants to be looked at; null if it does not.</summary>
    private static DateTimeOffset? Alarm(Job row) =>
        !row.IsActive ? null : row.WakeAt is { } wake && !(row.NextDue <= wake) ? wake : row.NextDue;

    /// <summary>Keeps a row unless a newer one is known. A job that was deleted and registered again counts its versions anew.</summary>
    private void Take(Job row)
    {
        if (_row is null || row.CreatedAt > _row.CreatedAt || (row.CreatedAt == _row.CreatedAt && row.Version >= _row.Version))
        {
            _row = row;
            _stale = false;
            _fresh = false;
        }
    }

    /// <summary>Sets timer and reminder by the row.</summary>
    private void Arm()
    {
        if (_row is null)
        {
            return;
        }

        var alarm = Alarm(_row);
        KeepAlive(_row, alarm);
        if (alarm is { } at && at - jobs.Now <= Near)
        {
            Ring(at - jobs.Now);
        }
        else
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void Ring(TimeSpan after)
    {
        // A whole millisecond at least: timers are no finer.
        var due = after < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : after;
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(DecideAsync, new GrainTimerCreationOptions
            {
                DueTime = due,
                Period = Timeout.InfiniteTimeSpan,
                Interleave = true,
                KeepAlive = true,
            });
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Decides what is due. Whoever asks while that is under way is served by one more round.</summary>
    /// <returns>Whether something was decided, and by this call.</returns>
    private async Task<bool> DecideAsync()
    {
        if (_deciding)
        {
            _again = true;
            return false;
        }

        var decided = false;
        _deciding = true;
        try
        {
            do
            {
                _again = false;
                decided |= await DecideOnceAsync();
            }
            while (_again);
        }
        catch (Exception exception)
        {
            // The store is away, or somebody writes all the time. The row stays due and the sweep brings it here again.
            LogNotDecided(Key, exception);
            _stale = true;
            Ring(jobs.Options.SweepInterval);
        }
        finally
        {
            _deciding = false;
        }

        return decided;
    }

    private async Task<bool> DecideOnceAsync()
    {
        var row = _stale ? null : _row;
        if (row is not null && !(Alarm(row) <= jobs.Now))
        {
            // The clock is not there yet, or the row is not due any more.
            Arm();
            return false;
        }

        if (jobs.Pauses.All is not null)
        {
            // Nothing is decided while everything is paused; when that ends the sweep finds what is overdue.
            return false;
        }

        if (row is not null && !_fresh && jobs.DependsOnRuns(row))
        {
            row = null;
        }

        row ??= await jobs.FindAsync(Key, CancellationToken.None);
        if (row is null)
        {
            await ForgetAsync();
            return false;
        }

        if (!jobs.Understands(row))
        {
            // A silo that knows the schedule decides it: see the sweep.
            LogNotUnderstood(Key);
            return false;
        }

        var (decided, written) = await jobs.DecideAsync(Key, row, CancellationToken.None);
        if (decided is null)
        {
            await ForgetAsync();
            return written;
        }

        Take(decided);
        if (Alarm(decided) <= jobs.Now && !_again)
        {
            // Due and nothing to decide: looked at again soon, not at once.
            Ring(jobs.Options.SweepInterval);
            KeepAlive(decided, jobs.Now);
            return written;
        }

        Arm();
        return written;
    }
}
