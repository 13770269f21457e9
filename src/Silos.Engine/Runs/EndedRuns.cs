using Silos.Runs;

namespace Silos.Engine.Runs;

/// <summary>
/// Remembers for a moment the runs that were deleted because they completed: who asked for one and waits for it on another silo comes
/// later than that. Bounded in number, size and time; what is forgotten is answered as not there.
/// </summary>
internal sealed class EndedRuns(TimeProvider clock)
{
    private const int MostRuns = 1_000;
    private const int MostCharacters = 4 * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<RunId, Run> _runs = [];
    private readonly Queue<(Run Run, long At)> _order = [];
    private int _characters;

    /// <summary>Remembers a run.</summary>
    public void Add(Run run)
    {
        lock (_lock)
        {
            if (!_runs.TryAdd(run.Id, run))
            {
                return;
            }

            _order.Enqueue((run, clock.GetTimestamp()));
            _characters += SizeOf(run);
            while (_order.TryPeek(out var oldest)
                && (_order.Count > MostRuns || _characters > MostCharacters || clock.GetElapsedTime(oldest.At) > Longest))
            {
                _order.Dequeue();
                _runs.Remove(oldest.Run.Id);
                _characters -= SizeOf(oldest.Run);
            }
        }
    }

    /// <summary>Finds a run of a tenant that ended a moment ago, or null.</summary>
    public Run? Find(TenantId tenant, RunId run)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(run, out var ended) && ended.Tenant == tenant ? ended : null;
        }
    }

    private static int SizeOf(Run run) => (run.Payload?.Text.Length ?? 0) + (run.Result?.Text.Length ?? 0);
}
