namespace Silos.Testing;

/// <summary>The clock, the scheduler and the attempts of one test, and the one way to wait: until nothing moves without the test.</summary>
internal sealed class KitWorld
{
    /// <summary>How long real work outside the engine (a database, a web server in the test) may take before the test is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public KitWorld(ManualTimeProvider clock)
    {
        Clock = clock;
        Attempts = new KitAttempts(Scheduler);
        HandlerClock = new KitClock(clock);
    }

    public ManualTimeProvider Clock { get; }

    public KitScheduler Scheduler { get; } = new();

    public KitAttempts Attempts { get; }

    /// <summary>Gets the clock to give to the engine and to handlers.</summary>
    public TimeProvider HandlerClock { get; }

    /// <summary>Ends when nothing moves any more unless the test moves the clock or opens a gate.</summary>
    /// <exception cref="TimeoutException">A handler waits for something outside that does not come.</exception>
    public async Task SettleAsync()
    {
        while (true)
        {
            var pulse = Scheduler.NextPulse();
            await Scheduler.IdleAsync();
            var busy = Attempts.Busy;
            if (busy.Count == 0)
            {
                // A pulse between the two looks may have put something on the scheduler again.
                if (Scheduler.IdleAsync().IsCompleted)
                {
                    return;
                }

                continue;
            }

            try
            {
                await pulse.WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException(
                    $"After {Patience.TotalSeconds:0} seconds this still waits for something that is neither the test's clock nor a TestGate: {string.Join(", ", busy)}. An endless Task.Delay sets no timer; a handler that hangs waits at a TestGate that is never opened.");
            }
        }
    }

    /// <summary>Lets time pass, timer by timer, so that everything happens at its own instant.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        await SettleAsync();
        while (Clock.NextTimer is { } next && next <= by)
        {
            await MoveAsync(next);
            by -= next;
        }

        await MoveAsync(by);
    }

    /// <summary>Waits for a task that may need time to pass, such as a stop that drains.</summary>
    public async Task DriveAsync(Task task, string what)
    {
        await SettleAsync();
        while (!task.IsCompleted)
        {
            if (Clock.NextTimer is not { } next)
            {
                throw new InvalidOperationException($"{what} waits for ever: no timer is set and nothing else moves.");
            }

            await MoveAsync(next);
        }

        await task;
    }

    private async Task MoveAsync(TimeSpan by)
    {
        // On the scheduler, so that timers and loops never run at the same time.
        await Scheduler.Run(() =>
        {
            Clock.Advance(by);
            return Task.CompletedTask;
        });
        await SettleAsync();
    }
}
