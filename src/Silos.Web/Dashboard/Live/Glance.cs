namespace Silos.Web.Dashboard.Live;

/// <summary>
/// Something that costs more the more there is of it, as pages show it: nobody is kept waiting for it. A page shows what was read last, with its
/// age, and a new reading is on its way; whoever comes at the same time shares it.
/// </summary>
/// <typeparam name="T">What is read.</typeparam>
/// <param name="read">Reads it; nobody's cancellation ends a reading that others wait for, too.</param>
/// <param name="clock">The clock.</param>
internal sealed class Glance<T>(Func<Task<T>> read, TimeProvider clock)
    where T : class
{
    // It is fresh for a moment, and longer the more it costs, so that reading takes a tenth of the time at most, up to ten seconds.
    private const int Rest = 10;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(40);

    private readonly Lock _lock = new();
    private T? _last;
    private long _readAt;
    private TimeSpan _cost;
    private Task<T>? _reading;

    /// <summary>Gets what was read last; whoever is first waits for it.</summary>
    public async Task<T> ReadAsync(CancellationToken cancellationToken)
    {
        Task<T> reading;
        T? last;
        lock (_lock)
        {
            last = _last;
            if (last is not null && clock.GetElapsedTime(_readAt) < Resting(_cost))
            {
                return last;
            }

            reading = _reading ??= ReadNowAsync();
        }

        if (last is null)
        {
            return await reading.WaitAsync(cancellationToken);
        }

        var first = await Task.WhenAny(reading, Task.Delay(Patience, clock, cancellationToken));
        return first == reading ? await reading : last;
    }

    private static TimeSpan Resting(TimeSpan cost) =>
        cost * Rest < Fresh ? Fresh : cost * Rest > Stale ? Stale : cost * Rest;

    private async Task<T> ReadNowAsync()
    {
        // Off the caller's lock before anything is asked.
        await Task.Yield();
        var begun = clock.GetTimestamp();
        try
        {
            var now = await read();
            lock (_lock)
            {
                _last = now;
                _readAt = clock.GetTimestamp();
                _cost = clock.GetElapsedTime(begun);
            }

            return now;
        }
        finally
        {
            lock (_lock)
            {
                _reading = null;
            }
        }
    }
}
