using Silos.Engine.Telemetry;
using Silos.Jobs;
using Silos.Queues;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Writes the plans of many jobs together: while one write is under way the next plans gather.</summary>
/// <remarks>After a write the partitions whose inbox got runs are told, so that nobody waits for their next look.</remarks>
internal sealed class PlanWriter(IJobStore store, Lazy<IQueueHost> queues, EngineScheduler scheduler)
{
    private const int MostTogether = 2_000;

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private bool _writing;

    /// <summary>Writes one plan together with whatever else waits.</summary>
    public Task<JobPlanOutcome> WriteAsync(JobPlan plan, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(plan, new TaskCompletionSource<JobPlanOutcome>(TaskCreationOptions.RunContinuationsAsynchronously));
        bool start;
        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            start = !_writing;
            _writing = true;
        }

        if (start)
        {
            _ = scheduler.Run(PumpAsync);
        }

        return waiting.Done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes many plans in one transaction.</summary>
    public async Task<IReadOnlyList<JobPlanOutcome>> WritePageAsync(IReadOnlyList<JobPlan> plans, CancellationToken cancellationToken)
    {
        var outcomes = await store.PlanAsync(plans, cancellationToken);
        Count(plans, outcomes);
        Tell(plans, outcomes);
        return outcomes;
    }

    private async Task PumpAsync()
    {
        var together = new List<Waiting>();
        while (Take(together))
        {
            try
            {
                // What is handed over is written whether or not its caller still waits.
                var outcomes = await WritePageAsync([.. together.Select(w => w.Plan)], CancellationToken.None);
                for (var i = 0; i < together.Count; i++)
                {
                    together[i].Done.SetResult(outcomes[i]);
                }
            }
            catch (Exception exception)
            {
                together.ForEach(w => w.Done.TrySetException(exception));
            }
        }
    }

    private bool Take(List<Waiting> together)
    {
        together.Clear();
        lock (_lock)
        {
            while (together.Count < MostTogether && _waiting.TryDequeue(out var waiting))
            {
                together.Add(waiting);
            }

            return _writing = together.Count > 0;
        }
    }

    private static void Count(IReadOnlyList<JobPlan> plans, IReadOnlyList<JobPlanOutcome> outcomes)
    {
        if (!SilosInstruments.WantsVerdicts)
        {
            return;
        }

        var counts = new Dictionary<Verdict, long>();
        for (var i = 0; i < plans.Count; i++)
        {
            if (!outcomes[i].Applied || plans[i].Occurrences.Count == 0)
            {
                continue;
            }

            var letIn = outcomes[i].LetIn.ToHashSet();
            foreach (var row in plans[i].Occurrences)
            {
                // The store decides about overlap.
                var verdict = row.Run is { } run && !letIn.Contains(run.Run.Id) ? Verdict.SkippedOverlap : row.Verdict;
                counts[verdict] = counts.GetValueOrDefault(verdict) + row.Count;
            }
        }

        foreach (var (verdict, count) in counts)
        {
            SilosInstruments.OnDecided(verdict, count);
        }
    }

    private void Tell(IReadOnlyList<JobPlan> plans, IReadOnlyList<JobPlanOutcome> outcomes)
    {
        Span<bool> touched = stackalloc bool[Partitions.Count];
        for (var i = 0; i < plans.Count; i++)
        {
            if (!outcomes[i].Applied || RunOf(plans[i]) is not { } planned)
            {
                continue;
            }

            if (outcomes[i].LetIn.Count > 0)
            {
                touched[planned.Run.Partition] = true;
            }

            if (plans[i].CancelLive is not null)
            {
                queues.Value.HintCancel(new QueueKey(planned.Run.Tenant, planned.Run.Queue), planned.Run.Id);
            }
        }

        for (var partition = 0; partition < touched.Length; partition++)
        {
            if (touched[partition])
            {
                queues.Value.HintInbox(partition);
            }
        }
    }

    private static PlannedRun? RunOf(JobPlan plan)
    {
        if (plan.Triggers.Count > 0)
        {
            return plan.Triggers[0];
        }

        for (var i = 0; i < plan.Occurrences.Count; i++)
        {
            if (plan.Occurrences[i].Run is { } run)
            {
                return run;
            }
        }

        return null;
    }

    private sealed record Waiting(JobPlan Plan, TaskCompletionSource<JobPlanOutcome> Done);
}
