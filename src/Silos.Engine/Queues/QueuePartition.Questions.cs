using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>What can be asked from outside.</summary>
internal sealed partial class QueuePartition
{
    /// <summary>Gets the attempts that are under way.</summary>
    public List<ILentRun> Attempts()
    {
        lock (_state)
        {
            return [.. _live];
        }
    }

    /// <summary>Gets how many attempts are under way.</summary>
    public int LiveCount
    {
        get
        {
            lock (_state)
            {
                return _live.Count;
            }
        }
    }

    /// <summary>Gets how many ready runs it has in memory: waiting in their queues, held back by limits, or to be tried alone.</summary>
    public int WaitingInMemory
    {
        get
        {
            lock (_state)
            {
                return _lanes.Values.Sum(lane => lane.Count) + _parked.Count + _alone.Count;
            }
        }
    }

    /// <summary>Tells whether an attempt at the run is under way.</summary>
    public bool IsRunning(RunId run)
    {
        lock (_state)
        {
            return _live.Exists(attempt => attempt.RunId == run);
        }
    }

    /// <summary>What keeps a waiting run from starting, the first thing first.</summary>
    public List<Blocker> Explain(PendingRun run)
    {
        lock (_state)
        {
            var explanation = new Explanation(_services, _limits, run);
            explanation.Pauses();
            explanation.Handler();
            if (!IsOpen)
            {
                explanation.Add("store_away", "The queue is being opened, or the store is away; it is tried again by itself.", _openAt);
                return explanation.Blockers;
            }

            var lane = _lanes.GetValueOrDefault(run.Queue);
            explanation.Limits(lane, _services.Clock.Now());
            explanation.Worker();
            if (explanation.Blockers.Count == 0 && (run.Losses >= Runs.RunDecision.AloneAfterLosses || _aloneNow is { LiveIndex: >= 0 }))
            {
                explanation.Add("behind_others", run.Losses >= Runs.RunDecision.AloneAfterLosses
                    ? $"It vanished {run.Losses} times with its process and is tried again alone, once nothing else runs in its partition."
                    : "A run that vanished twice with its process is being tried alone; this one comes after it.");
            }
            else if (lane?.CountBefore(run.Position) is > 0 and var before)
            {
                explanation.Add("behind_others", $"At least {before} runs of queue {run.Queue.Name} come before it (higher priority, earlier due, or asked for earlier).");
            }

            return explanation.Blockers;
        }
    }
}
