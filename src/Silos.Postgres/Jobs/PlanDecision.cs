using Silos.Jobs;
using Silos.Runs;

namespace Silos.Postgres.Jobs;

/// <summary>What a plan comes to, given what the store holds: which runs are let in, and the ledger rows with their final verdicts.</summary>
internal sealed class PlanDecision
{
    private readonly JobPlan _plan;
    private readonly HashSet<Guid> _known;
    private int _live;

    private PlanDecision(JobPlan plan, int live, HashSet<Guid> known)
    {
        _plan = plan;
        _live = live;
        _known = known;
    }

    /// <summary>Gets the decisions to write.</summary>
    public List<Occurrence> Occurrences { get; } = [];

    /// <summary>Gets the runs to make.</summary>
    public List<NewRun> Runs { get; } = [];

    /// <summary>Gets the runs that stand for what was asked, those that existed before included.</summary>
    public List<RunId> LetIn { get; } = [];

    /// <summary>Gets those of them that existed before.</summary>
    public List<RunId> Known { get; } = [];

    /// <summary>Gets the decision with the latest instant, if one was taken.</summary>
    public LastDecision? Last { get; private set; }

    /// <summary>Decides a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="live">How many unfinished runs the job has.</param>
    /// <param name="decided">Which of its occurrences, by place, are decided already.</param>
    /// <param name="known">Ids of runs that exist; the new ones are added.</param>
    public static PlanDecision Of(JobPlan plan, int live, HashSet<int>? decided, HashSet<Guid> known)
    {
        var decision = new PlanDecision(plan, live, known);
        var seen = new HashSet<DateTimeOffset>();
        for (var i = 0; i < plan.Occurrences.Count; i++)
        {
            decision.Decide(plan.Occurrences[i], decided?.Contains(i) == true || !seen.Add(plan.Occurrences[i].DueAt));
        }

        foreach (var trigger in plan.Triggers)
        {
            decision.Admit(trigger);
        }

        return decision;
    }

    private void Decide(PlannedOccurrence planned, bool decided)
    {
        if (decided && planned.Run is not { EvenIfDecided: true })
        {
            return;
        }

        var made = planned.Run is { } run && Admit(run) ? run.Run.Id : (RunId?)null;
        if (decided)
        {
            return;
        }

        var verdict = planned.Run is not null && made is null ? Verdict.SkippedOverlap : planned.Verdict;
        Occurrences.Add(new Occurrence(_plan.Key, planned.DueAt, verdict, _plan.Now, made, planned.Until, planned.Count));
        var end = planned.Until ?? planned.DueAt;
        Last = Last is null || end >= Last.DueAt ? new LastDecision(end, verdict) : Last;
    }

    private bool Admit(PlannedRun planned)
    {
        // The same id again is the same run.
        if (_known.Contains(planned.Run.Id.Value))
        {
            Known.Add(planned.Run.Id);
        }
        else
        {
            if (_live >= planned.MaxLive)
            {
                return false;
            }

            _known.Add(planned.Run.Id.Value);
            _live++;
            Runs.Add(planned.Run);
        }

        LetIn.Add(planned.Run.Id);
        return true;
    }
}
