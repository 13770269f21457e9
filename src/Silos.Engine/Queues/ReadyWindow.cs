using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Runs in the order in which they shall start, in memory. Taking the first and adding a last are cheap; anything else is a binary search and a move.</summary>
internal sealed class ReadyWindow
{
    private readonly List<PendingRun> _runs = [];
    private int _head;

    /// <summary>Gets how many there are.</summary>
    public int Count => _runs.Count - _head;

    /// <summary>Gets the one that shall start first.</summary>
    public PendingRun First => _runs[_head];

    /// <summary>Gets the one that shall start last.</summary>
    public PendingRun Last => _runs[^1];

    /// <summary>Gets the one at a place, 0 for the first.</summary>
    public PendingRun this[int index] => _runs[_head + index];

    /// <summary>Puts a run in its place; false if it is there already.</summary>
    public bool Add(PendingRun run)
    {
        var position = run.Position;
        if (Count == 0 || _runs[^1].Position.CompareTo(position) < 0)
        {
            _runs.Add(run);
            return true;
        }

        var at = Search(position);
        if (at >= 0)
        {
            return false;
        }

        _runs.Insert(~at, run);
        return true;
    }

    /// <summary>Takes the first.</summary>
    public PendingRun TakeFirst()
    {
        var first = _runs[_head];
        _runs[_head++] = null!;

        // Moves what is left to the front only once it is the smaller part: each run is moved once on average.
        if (_head == _runs.Count)
        {
            _runs.Clear();
            _head = 0;
        }
        else if (_head > 256 && _head > _runs.Count / 2)
        {
            _runs.RemoveRange(0, _head);
            _head = 0;
        }

        return first;
    }

    /// <summary>Takes the last.</summary>
    public PendingRun TakeLast()
    {
        var last = _runs[^1];
        _runs.RemoveAt(_runs.Count - 1);
        return last;
    }

    /// <summary>Takes a run out, wherever it stands; null if it is not there.</summary>
    public PendingRun? Remove(RunId run)
    {
        for (var i = _head; i < _runs.Count; i++)
        {
            if (_runs[i].Id == run)
            {
                var removed = _runs[i];
                _runs.RemoveAt(i);
                return removed;
            }
        }

        return null;
    }

    /// <summary>Takes out everything that matches and returns how many that were.</summary>
    public int RemoveAll(Predicate<PendingRun> match)
    {
        _runs.RemoveRange(0, _head);
        _head = 0;
        return _runs.RemoveAll(match);
    }

    /// <summary>Counts what stands before a position.</summary>
    public int CountBefore(ReadyPosition position)
    {
        var at = Search(position);
        return (at >= 0 ? at : ~at) - _head;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _runs.Clear();
        _head = 0;
    }

    private int Search(ReadyPosition position)
    {
        var low = _head;
        var high = _runs.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _runs[middle].Position.CompareTo(position);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}
