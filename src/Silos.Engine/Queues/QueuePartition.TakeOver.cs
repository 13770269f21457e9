using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Queues;

/// <summary>Attempts that go on while their partition changes its owner.</summary>
internal sealed partial class QueuePartition
{
    /// <summary>Asks the workers of attempts that this process does not know what became of them.</summary>
    private async Task<Dictionary<long, AttemptReport>> AskWorkersAsync(PartitionEpoch owner, PartitionOpening opening)
    {
        var known = new Dictionary<long, AttemptReport>();
        if (_services.Remote is not { } remote)
        {
            return known;
        }

        HashSet<long> ours;
        lock (_state)
        {
            ours = [.. _live.Select(attempt => attempt.FencingToken), .. _outcomes.Select(attempt => attempt.FencingToken), .. _neverStarted];
        }

        var unknown = opening.OpenAttempts.Where(attempt => !ours.Contains(attempt.Token)).GroupBy(attempt => attempt.Worker);
        foreach (var worker in unknown)
        {
            // Null: the worker is gone, and its attempts are lost.
            foreach (var report in await remote.AskAsync(worker.Key, owner, [.. worker], _lifetime.Token) ?? [])
            {
                known[report.Token] = report;
            }
        }

        return known;
    }

    /// <summary>Takes an attempt over that the last owner lent and that its worker still has. Under the lock.</summary>
    private void TakeOver(OpenAttempt open, AttemptReport report, Dictionary<Guid, OpenClaim> claims)
    {
        var key = open.Run.Request.Handler;
        var handler = _services.Handlers.Find(key) ?? new HandlerRegistration
        {
            Key = key,
            Invoke = static (_, _) => throw new InvalidOperationException("It executes elsewhere."),
        };
        if (!claims.TryGetValue(open.Claim, out var claim))
        {
            claims.Add(open.Claim, claim = new OpenClaim(open.Claim));
        }

        var attempt = new RemoteAttempt(_services.Remote!, open.Worker, open.Run, handler, claim, open.Token, open.StartedAt);
        claim.Remaining++;
        if (GateKey.Limited(open.Run.Request, handler))
        {
            // It executes, whatever the limit says now.
            _limits.Take(open.Run.Request, handler);
        }

        AddLive(attempt);
        if (report.Outcome is { } outcome && attempt.TryEnd(outcome, report.EndedAt))
        {
            Absorb(attempt);
        }
    }
}
