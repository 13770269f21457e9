namespace Silos.Testing;

/// <summary>
/// The handlers that are at work, and whether each of them waits for something that only the test can give it: time that
/// passes, or a <see cref="TestGate"/>. Everything else a handler may wait for comes by itself.
/// </summary>
internal sealed class KitAttempts(KitScheduler scheduler)
{
    private static readonly AsyncLocal<KitAttempt?> Ambient = new();

    private readonly Lock _lock = new();
    private readonly List<KitAttempt> _open = [];

    /// <summary>Gets the attempt on whose behalf the current code runs.</summary>
    public static KitAttempt? Current => Ambient.Value;

    /// <summary>Gets what is under way and does not wait for the test.</summary>
    public IReadOnlyList<string> Busy
    {
        get
        {
            lock (_lock)
            {
                return [.. _open.Where(attempt => attempt.Waits == 0).Select(attempt => attempt.Name)];
            }
        }
    }

    /// <summary>Gets how many attempts wait for the test.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _open.Count(attempt => attempt.Waits > 0);
            }
        }
    }

    /// <summary>Does a handler's work under the eyes of the kit.</summary>
    public async Task WatchAsync(string name, Func<Task> work)
    {
        var attempt = new KitAttempt(this, name);
        lock (_lock)
        {
            _open.Add(attempt);
        }

        Ambient.Value = attempt;
        try
        {
            await work();
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(attempt);
            }

            scheduler.Pulse();
        }
    }

    /// <summary>Counts a wait for the test in or out.</summary>
    public void Count(KitAttempt attempt, int change)
    {
        lock (_lock)
        {
            attempt.Waits += change;
        }

        scheduler.Pulse();
    }
}

/// <summary>A handler at work.</summary>
internal sealed class KitAttempt(KitAttempts owner, string name)
{
    public string Name { get; } = name;

    /// <summary>Gets or sets how many waits for the test it has; changed under the owner's lock only.</summary>
    public int Waits { get; set; }

    public void BeginWait() => owner.Count(this, 1);

    public void EndWait() => owner.Count(this, -1);
}
