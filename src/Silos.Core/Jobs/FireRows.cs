namespace Silos.Jobs;

/// <summary>The rows of a plan. When there are too many and none of them is a run, they become ranges.</summary>
internal sealed class FireRows(int most)
{
    private readonly List<FireDecision> _rows = [];
    private bool _hasRun;

    /// <summary>Gets whether neighbours with the same verdict are one row by now.</summary>
    public bool IsCompressing { get; private set; }

    /// <summary>Gets the rows, oldest first.</summary>
    public IReadOnlyList<FireDecision> All => _rows;

    /// <summary>Adds a decision that is later than all before; false if the plan is full.</summary>
    public bool TryAdd(FireDecision decision)
    {
        if (IsCompressing && TryMerge(decision))
        {
            return true;
        }

        if (_rows.Count >= most && (_hasRun || IsCompressing || !Compress(decision)))
        {
            return false;
        }

        if (IsCompressing && TryMerge(decision))
        {
            return true;
        }

        if (_rows.Count >= most)
        {
            return false;
        }

        _rows.Add(decision);
        _hasRun |= decision.IsRun;
        return true;
    }

    private bool Compress(FireDecision following)
    {
        // A plan that was full of single rows with a run to come is written as it is.
        if (following.IsRun)
        {
            return false;
        }

        IsCompressing = true;
        var singles = _rows.ToArray();
        _rows.Clear();
        foreach (var row in singles)
        {
            if (!TryMerge(row))
            {
                _rows.Add(row);
            }
        }

        return true;
    }

    private bool TryMerge(FireDecision decision)
    {
        if (_rows.Count == 0 || decision.IsRun || _rows[^1] is var last && (last.IsRun || last.Verdict != decision.Verdict))
        {
            return false;
        }

        _rows[^1] = _rows[^1] with
        {
            Until = decision.Until ?? decision.DueAt,
            Count = _rows[^1].Count + decision.Count,
        };
        return true;
    }
}
