using Silos.Jobs;
using Silos.Runs;
using Silos.Sqlite.Runs;
using Silos.Sqlite.Storage;

namespace Silos.Sqlite.Jobs;

/// <summary>Writes one plan inside the writer's transaction: the ledger, the runs that overlap allows, the job.</summary>
internal sealed class PlanWriter
{
    private readonly Connection _connection;
    private readonly JobPlan _plan;
    private readonly List<RunId> _letIn = [];
    private readonly List<RunId> _known = [];
    private LastDecision? _last;

    /// <summary>The job's unfinished runs; counted once, when the first limit asks for it.</summary>
    private int? _live;

    private PlanWriter(Connection connection, JobPlan plan)
    {
        _connection = connection;
        _plan = plan;
    }

    public static JobPlanOutcome Write(Connection connection, JobPlan plan) => new PlanWriter(connection, plan).Write();

    private JobPlanOutcome Write()
    {
        var (version, last) = _connection.Prepare(SqlText.Jobs.PlanBase).BindKey(_plan.Key).ReadFirst(row =>
            (row.Long(0), row.IsNull(1) ? null : new LastDecision(row.Instant(1), VerdictText.Read(row.Text(2)))));
        if (version == 0 || version != _plan.Version)
        {
            return JobPlanOutcome.Overtaken;
        }

        _last = last;
        if (_plan.CancelLive is { } wish)
        {
            _connection.Prepare(SqlText.Jobs.CancelLive).BindKey(_plan.Key).Bind(JsonText.From(wish)).Bind(wish.Terminate).Execute();
        }

        foreach (var occurrence in _plan.Occurrences)
        {
            Decide(occurrence);
        }

        foreach (var trigger in _plan.Triggers)
        {
            LetIn(trigger);
        }

        _connection.Prepare(SqlText.Jobs.Plan)
            .BindKey(_plan.Key)
            .Bind(_plan.Version)
            .Bind(_plan.Cursor)
            .Bind(_plan.NextDue)
            .Bind(_plan.SeenWakeAt)
            .Bind(_plan.Pause is { } pause ? JsonText.From(pause) : null)
            .Bind(_plan.Now)
            .Bind(_plan.Counts.Count == 0 ? null : JsonText.From(_plan.Counts))
            .Bind(_plan.RebootMark)
            .Bind(_last?.DueAt)
            .Bind(_last?.Verdict.ToText())
            .Execute();
        return new JobPlanOutcome(true, _plan.Version + 1, _letIn) { Known = _known };
    }

    private void Decide(PlannedOccurrence occurrence)
    {
        var decided = _connection.Prepare(SqlText.Jobs.IsDecided).BindKey(_plan.Key).Bind(occurrence.DueAt).Any();
        if (decided && occurrence.Run is not { EvenIfDecided: true })
        {
            return;
        }

        var letIn = occurrence.Run is not null && LetIn(occurrence.Run);
        if (decided)
        {
            return;
        }

        var verdict = occurrence.Run is not null && !letIn ? Verdict.SkippedOverlap : occurrence.Verdict;
        _connection.Prepare(SqlText.Jobs.Decide)
            .BindKey(_plan.Key)
            .Bind(occurrence.DueAt)
            .Bind(verdict.ToText())
            .Bind(_plan.Now)
            .Bind(letIn ? occurrence.Run!.Run.Id : null)
            .Bind(occurrence.Until)
            .Bind(occurrence.Count)
            .Execute();

        var end = occurrence.Until ?? occurrence.DueAt;
        _last = _last is null || end >= _last.DueAt ? new LastDecision(end, verdict) : _last;
    }

    private bool LetIn(PlannedRun planned)
    {
        // The same id again is the same run: the caller is repeating a plan whose answer it did not get.
        if (_connection.Prepare(SqlText.Runs.IsKnown).Bind(planned.Run.Id).Any())
        {
            _known.Add(planned.Run.Id);
        }
        else
        {
            if (planned.MaxLive < int.MaxValue)
            {
                _live ??= _connection.Prepare(SqlText.Jobs.CountLive).BindKey(_plan.Key).ReadFirst(row => row.Int(0));
                if (_live >= planned.MaxLive)
                {
                    return false;
                }
            }

            Enqueuer.Insert(_connection, planned.Run, inbox: true);
            _live++;
        }

        _letIn.Add(planned.Run.Id);
        return true;
    }
}
