using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Wishes to cancel: the store has them, a hint says when to look.</summary>
internal sealed partial class QueuePartition
{
    private async Task ReadCancelsAsync(DateTimeOffset now)
    {
        var rows = await _services.Store.Runs.ReadCancelRequestsAsync(Number, CancelBatch, _lifetime.Token);
        List<(ILentRun Attempt, CancelRequest Request)>? told = null;
        lock (_state)
        {
            _cancelsWanted = false;
            foreach (var run in rows)
            {
                if (_live.Find(attempt => attempt.RunId == run.Id) is { } live)
                {
                    (told ??= []).Add((live, run.Cancel!));
                }
                else if (_outcomes.Exists(attempt => attempt.RunId == run.Id) || _recording.Exists(attempt => attempt.RunId == run.Id))
                {
                    // Its attempt has just ended. If it shall wait again, it is cancelled then.
                    _cancelsAfterCommit = true;
                }
                else if (!_cancelled.Exists(entry => entry.Run.Id == run.Id))
                {
                    Forget(run);
                    _cancelled.Add(new FinishedEntry(run, RunDecision.CancelledWaiting(run, now)));
                    _cancelsAfterCommit |= rows.Count == CancelBatch;
                }
            }
        }

        if (told is not null)
        {
            foreach (var (attempt, request) in told)
            {
                attempt.RequestStop(StopReason.Cancelled, request);
                if (request.Terminate)
                {
                    attempt.Abandon();
                }
            }
        }
    }

    /// <summary>Takes a waiting run out of memory.</summary>
    private void Forget(PendingRun run)
    {
        var lane = LaneOf(run.Queue);
        if (!lane.Remove(run.Id) && _alone.Remove(run.Id) is null)
        {
            _parked.Remove(run.Id);
        }

        if (HandlerOf(run) is { } handler && GateKey.Limited(run.Request, handler))
        {
            foreach (var (gate, _) in LimitLedger.Needs(run.Request, handler))
            {
                Unpark(gate);
            }
        }
    }
}
