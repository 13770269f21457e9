using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>What callers ask to be stored, and what they are answered.</summary>
internal sealed partial class QueuePartition
{
    /// <summary>Stores runs of this partition.</summary>
    public Task<IReadOnlyList<EnqueueOutcome>> EnqueueAsync(IReadOnlyList<NewRun> runs, bool mayRepeat, CancellationToken cancellationToken)
    {
        var command = new EnqueueCommand(runs, mayRepeat);
        _mailbox.Enqueue(command);
        Signal();
        return cancellationToken.CanBeCanceled ? AnsweredAsync(command, cancellationToken) : command.Task;
    }

    /// <summary>Waits until runs are stored or nobody waits any longer. Task.WaitAsync would answer by way of the thread pool and not on the caller's own scheduler.</summary>
    private static async Task<IReadOnlyList<EnqueueOutcome>> AnsweredAsync(EnqueueCommand command, CancellationToken cancellationToken)
    {
        using var gone = cancellationToken.UnsafeRegister(static (state, token) => ((EnqueueCommand)state!).TrySetCanceled(token), command);
        return await command.Task;
    }

    private IReadOnlyList<NewRun> TakeEnqueues(List<EnqueueCommand> taken, int room, out bool mayRepeat)
    {
        mayRepeat = false;
        List<NewRun>? runs = null;
        while (room > 0 && _enqueues.TryDequeue(out var command))
        {
            taken.Add(command);
            mayRepeat |= command.MayRepeat;
            room -= _commitLimit == MaxRows ? command.Runs.Count : 1;
            if (taken.Count > 1)
            {
                (runs ??= [.. taken[0].Runs]).AddRange(command.Runs);
            }

            if (!command.MayRepeat)
            {
                AddCertain(command.Runs);
            }
        }

        return runs ?? (taken.Count == 1 ? taken[0].Runs : []);
    }

    /// <summary>Runs that are certainly new may start in the commit that stores them; if it fails, memory is forgotten anyway.</summary>
    private void AddCertain(IReadOnlyList<NewRun> runs)
    {
        for (var i = 0; i < runs.Count; i++)
        {
            if (runs[i] is { Unique: null, State: RunState.Queued } run)
            {
                LaneOf(new QueueKey(run.Tenant, run.Queue)).Add(new PendingRun { Request = run, State = RunState.Queued }, Window);
            }
        }
    }

    private void ApplyEnqueues(IReadOnlyList<EnqueueOutcome> results, List<EnqueueCommand> taken, StartingRuns starting)
    {
        var next = 0;
        foreach (var command in taken)
        {
            for (var i = 0; i < command.Runs.Count; i++)
            {
                ApplyEnqueue(command, command.Runs[i], results[next++], starting);
            }
        }
    }

    private void ApplyEnqueue(EnqueueCommand command, NewRun run, EnqueueOutcome outcome, StartingRuns starting)
    {
        var certain = !command.MayRepeat && run.Unique is null;
        switch (outcome.Kind)
        {
            case EnqueueKind.Accepted or EnqueueKind.Replaced when run.State == RunState.Scheduled:
                SetNextScheduled(run.DueAt);
                if (outcome.Kind == EnqueueKind.Replaced)
                {
                    ResetLane(LaneOf(new QueueKey(run.Tenant, run.Queue)));
                }

                break;
            case EnqueueKind.Accepted when !certain:
                AddReady(new PendingRun { Request = run, State = RunState.Queued });
                Signal();
                break;
            case EnqueueKind.Replaced:
                // The waiting run has another payload and due time now; memory has the old ones.
                ResetLane(LaneOf(new QueueKey(run.Tenant, run.Queue)));
                break;
            case not EnqueueKind.Accepted when certain && starting.Find(run.Id) is { } twice:
                // The caller said that the id was new, and it was not: the run is on its way already.
                starting.Remove(twice);
                twice.Claim.Remaining--;
                RemoveLive(twice);
                _limits.NotStarted(twice.Registration, here: twice.RemoteWorker is null);
                GiveBack(twice);
                break;
        }
    }

    private static void Answer(IReadOnlyList<EnqueueOutcome> results, List<EnqueueCommand> taken)
    {
        if (taken.Count == 1)
        {
            taken[0].TrySetResult(results);
            return;
        }

        var next = 0;
        foreach (var command in taken)
        {
            var own = new EnqueueOutcome[command.Runs.Count];
            for (var i = 0; i < own.Length; i++)
            {
                own[i] = results[next++];
            }

            command.TrySetResult(own);
        }
    }
}
