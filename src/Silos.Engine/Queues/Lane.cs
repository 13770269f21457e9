using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>One queue of one tenant, as its partition's owner has it in memory: the first of its ready runs, in order.</summary>
/// <remarks>
/// While <see cref="Complete"/> every ready row is here (or parked, or executing). Otherwise rows up to the tail are, and what sorts
/// behind it is left to the store. While a read is under way, what sorts behind the tail is remembered, because it is unknown
/// whether the read sees it.
/// </remarks>
internal sealed class Lane(QueueKey key)
{
    private readonly ReadyWindow _window = new();
    private readonly List<PendingRun> _arrivals = [];
    private readonly HashSet<RunId> _gone = [];
    private HashSet<RunId>? _excluded;
    private ReadyPosition? _tail;
    private long _characters;
    private long _averageSize = 64;

    /// <summary>How many characters of payloads a lane keeps in memory before it evicts what sorts last.</summary>
    public const long MaxCharacters = 16 * 1024 * 1024;

    private const int FirstRead = 256;

    public QueueKey Key { get; } = key;

    /// <summary>Gets or sets its settings.</summary>
    public QueueSettings Settings { get; set; } = QueueSettings.Default;

    /// <summary>Gets or sets whether a pause of the queue, the tenant or everything holds it.</summary>
    public bool Paused { get; set; }

    /// <summary>Gets or sets its rate, if it has one.</summary>
    public TokenBucket? Bucket { get; set; }

    /// <summary>Gets or sets how many of its runs execute in this process.</summary>
    public int InFlight { get; set; }

    /// <summary>Gets or sets its virtual time: how much it has had, divided by its weight.</summary>
    public double Pass { get; set; }

    /// <summary>Gets or sets whether parked runs were dropped, so that the store has some that belong before the tail.</summary>
    public bool Truncated { get; set; }

    /// <summary>Gets whether all its ready rows are in memory.</summary>
    public bool Complete { get; private set; } = true;

    /// <summary>Gets whether a read is under way.</summary>
    public bool Reading { get; private set; }

    /// <summary>Gets the number of the latest read; a read that ends under another number is void.</summary>
    public long ReadNumber { get; private set; }

    /// <summary>Gets how many runs it could start if nothing else stood in the way.</summary>
    public int Count => _window.Count;

    /// <summary>Gets the run to start first.</summary>
    public PendingRun First => _window.First;

    /// <summary>Gets where the next read begins.</summary>
    public ReadyPosition? Tail => _tail;

    /// <summary>Gets how many may start now.</summary>
    public int Startable
    {
        get
        {
            if (Paused || _window.Count == 0 || Bucket is { Allows: false })
            {
                return 0;
            }

            return Settings.Limits.MaxConcurrency is { } most
                ? Math.Clamp(most - InFlight, 0, _window.Count)
                : _window.Count;
        }
    }

    /// <summary>Gets whether it should be read on: not while what is here fills the memory it may use, because a read would only evict what it brought.</summary>
    public bool WantsRead(int window) =>
        !Complete && !Reading && _window.Count <= window / 4 && (_window.Count == 0 || _characters <= MaxCharacters / 2);

    /// <summary>Counts the runs in memory before a position.</summary>
    public int CountBefore(ReadyPosition position) => _window.CountBefore(position);

    /// <summary>Puts a ready run in its place, or leaves it to the store if it sorts behind the tail.</summary>
    public void Add(PendingRun run, int window)
    {
        if (!Complete && (_tail is not { } tail || run.Position.CompareTo(tail) > 0))
        {
            if (Reading)
            {
                _gone.Remove(run.Id);
                _arrivals.Add(run);
            }

            return;
        }

        if (_window.Add(run))
        {
            _characters += Size(run);
            Trim(window);
        }
    }

    /// <summary>Takes the first.</summary>
    public PendingRun TakeFirst()
    {
        var run = _window.TakeFirst();
        _characters -= Size(run);
        return run;
    }

    /// <summary>Takes a run out that ended while it waited.</summary>
    public bool Remove(RunId run)
    {
        if (Reading)
        {
            _gone.Add(run);
        }

        if (_window.Remove(run) is not { } removed)
        {
            return false;
        }

        _characters -= Size(removed);
        return true;
    }

    /// <summary>Forgets everything, to be read again from the beginning.</summary>
    public void Reset()
    {
        _window.Clear();
        _characters = 0;
        Complete = false;
        Truncated = false;
        _tail = null;
        EndRead();
    }

    /// <summary>Begins a read and says how many rows it shall bring.</summary>
    /// <param name="number">Its number; rises.</param>
    /// <param name="window">How many rows the lane may keep.</param>
    /// <param name="executing">Runs that execute now: their rows are still there.</param>
    public int BeginRead(long number, int window, HashSet<RunId> executing)
    {
        Reading = true;
        ReadNumber = number;
        _excluded = executing;
        if (_tail is null && _window.Count == 0)
        {
            return Math.Min(FirstRead, window);
        }

        // Big payloads make small bites.
        var average = Math.Max(64, _averageSize);
        return (int)Math.Clamp(MaxCharacters / 2 / average, 16, Math.Max(16, window - _window.Count));
    }

    /// <summary>Takes in what a read brought; false if the read is void.</summary>
    public bool EndRead(long number, IReadOnlyList<PendingRun> rows, int limit, int window)
    {
        if (!Reading || ReadNumber != number)
        {
            return false;
        }

        var all = rows.Count < limit;
        long size = 0;
        foreach (var run in rows)
        {
            size += Size(run);
            if (!_excluded!.Contains(run.Id) && !_gone.Contains(run.Id) && _window.Add(run))
            {
                _characters += Size(run);
            }
        }

        _averageSize = rows.Count > 0 ? size / rows.Count : _averageSize;
        Complete = all;
        _tail = all ? null : rows[^1].Position;
        var arrivals = _arrivals.Where(run => !_gone.Contains(run.Id)).ToList();
        EndRead();
        foreach (var run in arrivals)
        {
            Add(run, window);
        }

        Trim(window);
        return true;
    }

    private void EndRead()
    {
        Reading = false;
        _excluded = null;
        _arrivals.Clear();
        _gone.Clear();
    }

    private void Trim(int window)
    {
        // Not while a read is under way: it begins behind the tail, and moving the tail would leave a hole.
        while (!Reading && (_window.Count > window || (_characters > MaxCharacters && _window.Count > 16)))
        {
            _characters -= Size(_window.TakeLast());
            Complete = false;
            _tail = _window.Last.Position;
        }
    }

    private static long Size(PendingRun run) => 64 + (run.Request.Payload is { } payload ? payload.Text.Length : 0);
}
