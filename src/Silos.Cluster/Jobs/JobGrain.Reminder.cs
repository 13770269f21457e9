using Silos.Engine.Telemetry;
using Silos.Jobs;

namespace Silos.Cluster.Jobs;

/// <summary>The reminder: an alarm that outlives this silo. It ticks every minute from shortly before the due instant, and is only written when that is minutes away.</summary>
internal sealed partial class JobGrain
{
    private const string ReminderName = "due";
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(30);

    /// <summary>From when the reminder ticks, as far as is known; null if there may be none.</summary>
    private DateTimeOffset? _ticksFrom;
    private (Job Row, DateTimeOffset? Alarm)? _wanted;
    private Task _keeping = Task.CompletedTask;

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _ticksFrom = jobs.Now;
        if (_row is null || _stale)
        {
            if (await jobs.FindAsync(Key, CancellationToken.None) is not { } row)
            {
                await ForgetAsync();
                return;
            }

            Take(row);
        }

        SilosInstruments.OnReminder(late: _row is { } known && jobs.Now - Alarm(known) > Tolerated);
        await DecideAsync();
    }

    /// <summary>Brings the reminder in line with the alarm, in the background: the answer to a command does not wait for it.</summary>
    private void KeepAlive(Job row, DateTimeOffset? alarm)
    {
        _wanted = (row, alarm);
        if (_keeping.IsCompleted)
        {
            _keeping = KeepAliveAsync();
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            while (_wanted is { } wanted)
            {
                _wanted = null;
                await (wanted.Alarm is { } alarm ? RemindAsync(alarm) : QuietAsync(wanted.Row));
            }
        }
        catch (Exception exception)
        {
            // Without a reminder the sweep finds the job when it is overdue; the next alarm tries again.
            _ticksFrom = null;
            LogNoReminder(Key, exception);
        }
    }

    private async Task RemindAsync(DateTimeOffset alarm)
    {
        var now = jobs.Now;
        var from = alarm - now <= Soon ? now + Period : alarm - Lead();
        if (from > now + Furthest)
        {
            from = now + Furthest;
        }

        // Ticking already, or about to: frequent jobs cost no writes.
        if (_ticksFrom is { } known && (alarm - now <= Soon ? known <= now + Period : (known - from).Duration() < TimeSpan.FromSeconds(1)))
        {
            return;
        }

        await WriteAsync(() => this.RegisterOrUpdateReminder(ReminderName, from - now, Period));
        _ticksFrom = from;
    }

    /// <summary>A job that waits for its run to end keeps what it has; one without any next time needs no reminder.</summary>
    private Task QuietAsync(Job row) =>
        _ticksFrom is null || (row.IsActive && jobs.DependsOnRuns(row)) ? Task.CompletedTask : RemoveAsync();

    private async Task RemoveAsync()
    {
        await WriteAsync(async () =>
        {
            if (await this.GetReminder(ReminderName) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        });
        _ticksFrom = null;
    }

    /// <summary>Writes to the reminder table, a few at a time in this silo.</summary>
    private async Task WriteAsync(Func<Task> write)
    {
        await jobs.ReminderGate.WaitAsync();
        try
        {
            await write();
        }
        finally
        {
            jobs.ReminderGate.Release();
        }
    }

    /// <summary>The job is gone: so are its alarms.</summary>
    private async Task ForgetAsync()
    {
        _row = null;
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await _keeping;
        try
        {
            await RemoveAsync();
        }
        catch (Exception exception)
        {
            // Its next tick finds no job and tries again.
            LogNoReminder(Key, exception);
        }

        DeactivateOnIdle();
    }

    /// <summary>By how much the reminder comes before the due instant, so that the grain is there and its timer is exact: 20 to 50 seconds, spread so that jobs due at one instant do not all come at once.</summary>
    private TimeSpan Lead() => TimeSpan.FromSeconds(20) + TimeSpan.FromMilliseconds(this.GetGrainId().GetUniformHashCode() % 30_000);
}
