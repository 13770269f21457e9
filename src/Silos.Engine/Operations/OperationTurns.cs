using Silos.Operations;
using Silos.Runs;

namespace Silos.Engine.Operations;

/// <summary>Whose turn it is: of each tenant one operation, the one that had its turn longest ago, and none that rests.</summary>
/// <remarks>Only in memory: in a process that has just begun to carry operations on, each has its turn at once.</remarks>
internal sealed class OperationTurns(TimeProvider clock)
{
    private readonly Dictionary<RunId, Standing> _standings = [];
    private long _turns;

    /// <summary>Picks the operations whose turn it is, and tells whether others could go on right after them.</summary>
    public (IReadOnlyList<(Operation Operation, long Version)> Turn, bool More) Next(IReadOnlyList<(Operation Operation, long Version)> underWay)
    {
        var known = underWay.Select(entry => entry.Operation.Id).ToHashSet();
        foreach (var gone in _standings.Keys.Where(id => !known.Contains(id)).ToList())
        {
            _standings.Remove(gone);
        }

        var ready = underWay.Where(entry => IsReady(entry.Operation.Id)).ToList();
        var turn = ready.GroupBy(entry => entry.Operation.Tenant)
            .Select(ofTenant => ofTenant.MinBy(entry => (_standings.GetValueOrDefault(entry.Operation.Id)?.Turn ?? 0, entry.Operation.Id)))
            .OrderBy(entry => _standings.GetValueOrDefault(entry.Operation.Id)?.Turn ?? 0)
            .ToList();
        foreach (var (operation, _) in turn)
        {
            Of(operation.Id).Turn = ++_turns;
        }

        return (turn, ready.Count > turn.Count);
    }

    /// <summary>Notes that a batch went well, and for how long the operation rests.</summary>
    public void Worked(RunId operation, TimeSpan rest) => Rest(operation, 0, rest);

    /// <summary>Notes that a batch went wrong. The operation rests twice as long as after the last time.</summary>
    public void Failed(RunId operation, TimeSpan first, TimeSpan longest)
    {
        var failures = Of(operation).Failures;
        var rest = first * Math.Pow(2, Math.Min(failures, 16));
        Rest(operation, failures + 1, rest < longest ? rest : longest);
    }

    private bool IsReady(RunId operation) =>
        !_standings.TryGetValue(operation, out var standing) || clock.GetElapsedTime(standing.RestsSince) >= standing.Rest;

    private void Rest(RunId operation, int failures, TimeSpan rest)
    {
        var standing = Of(operation);
        standing.Failures = failures;
        standing.RestsSince = clock.GetTimestamp();
        standing.Rest = rest;
    }

    private Standing Of(RunId operation)
    {
        if (!_standings.TryGetValue(operation, out var standing))
        {
            _standings.Add(operation, standing = new Standing());
        }

        return standing;
    }

    private sealed class Standing
    {
        public long Turn { get; set; }

        public int Failures { get; set; }

        public long RestsSince { get; set; }

        public TimeSpan Rest { get; set; }
    }
}
