using Npgsql;
using Silos.Jobs;
using Silos.Postgres.Runs;

namespace Silos.Postgres.Jobs;

/// <summary>
/// Writes plans: one round trip reads what overlap and the ledger say, a second one writes everything in one transaction
/// that moves each job conditional on its version. What was read can only be changed by whoever raises a version, and
/// then nothing is written; runs that end in between make overlap stricter than need be, as if the plan had come earlier.
/// </summary>
internal sealed class PlanWriter(Database database)
{
    private static readonly string CountLiveRuns = SqlText.Get("Jobs/count_live_runs");
    private static readonly string DecidedOccurrences = SqlText.Get("Jobs/decided_occurrences");
    private static readonly string KnownRuns = SqlText.Get("Runs/known_runs");
    private static readonly string ReadVersions = SqlText.Get("Jobs/read_versions");
    private static readonly string MoveJobs = SqlText.Get("Jobs/move_jobs");
    private static readonly string InsertOccurrences = SqlText.Get("Jobs/insert_occurrences");
    private static readonly string InsertInbox = SqlText.Get("Jobs/insert_inbox");
    private static readonly string CancelInboxRuns = SqlText.Get("Jobs/cancel_inbox_runs");
    private static readonly string CancelRuns = SqlText.Get("Jobs/cancel_runs");

    public async ValueTask<IReadOnlyList<JobPlanOutcome>> WriteAsync(
        IReadOnlyList<JobPlan> plans, CancellationToken cancellationToken)
    {
        var outcomes = new JobPlanOutcome[plans.Count];
        Array.Fill(outcomes, JobPlanOutcome.Overtaken);

        // In the order of the keys, in which all writers lock jobs; of several plans for one job the first counts.
        var open = Enumerable.Range(0, plans.Count)
            .DistinctBy(i => plans[i].Key)
            .OrderBy(i => plans[i].Key.Tenant.Value, StringComparer.Ordinal)
            .ThenBy(i => plans[i].Key.Name.Value, StringComparer.Ordinal)
            .ToList();
        await using var connection = await database.Writes.OpenConnectionAsync(cancellationToken);
        while (open.Count > 0)
        {
            var current = open.ConvertAll(i => plans[i]);
            var decisions = await DecideAsync(connection, current, cancellationToken);
            try
            {
                await WriteAsync(connection, current, decisions, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == Database.NotCurrent)
            {
                // Nothing was written. Leave those out that were overtaken, and decide the others anew.
                var still = await CurrentAsync(connection, current, cancellationToken);
                open = [.. open.Where((_, place) => still.Contains(place))];
                continue;
            }

            for (var place = 0; place < open.Count; place++)
            {
                outcomes[open[place]] = new JobPlanOutcome(true, current[place].Version + 1, decisions[place].LetIn) { Known = decisions[place].Known };
            }

            break;
        }

        return outcomes;
    }

    private static async ValueTask<List<PlanDecision>> DecideAsync(
        NpgsqlConnection connection, List<JobPlan> plans, CancellationToken cancellationToken)
    {
        var live = new int[plans.Count];
        var decided = new HashSet<int>?[plans.Count];
        var known = new HashSet<Guid>();
        var read = new SqlBatch();
        var counted = Places(plans, plan => Asked(plan).Any(run => run.MaxLive != int.MaxValue));
        if (counted.Count > 0)
        {
            read.AddRows(
                CountLiveRuns, row => live[counted[row.GetInt32(0) - 1]] = row.GetInt32(1), Keys(counted.ConvertAll(i => plans[i].Key)));
        }

        var dues = new List<(int Plan, int Place)>();
        var ids = new List<Guid>();
        for (var i = 0; i < plans.Count; i++)
        {
            for (var place = 0; place < plans[i].Occurrences.Count; place++)
            {
                dues.Add((i, place));
            }

            ids.AddRange(Asked(plans[i]).Select(run => run.Run.Id.Value));
        }

        if (dues.Count > 0)
        {
            read.AddRows(
                DecidedOccurrences,
                row =>
                {
                    var (plan, place) = dues[row.GetInt32(0) - 1];
                    (decided[plan] ??= []).Add(place);
                },
                [
                    .. Keys(dues.ConvertAll(due => plans[due.Plan].Key)),
                    SqlBatch.Instants([.. dues.Select(due => plans[due.Plan].Occurrences[due.Place].DueAt)]),
                ]);
        }

        if (ids.Count > 0)
        {
            read.AddRows(KnownRuns, row => known.Add(row.GetGuid(0)), SqlBatch.P<Guid[]>([.. ids]), SqlBatch.P(true));
        }

        if (read.Count > 0)
        {
            await read.RunAsync(connection, cancellationToken);
        }

        return [.. plans.Select((plan, i) => PlanDecision.Of(plan, live[i], decided[i], known))];
    }

    private static async ValueTask WriteAsync(
        NpgsqlConnection connection, List<JobPlan> plans, List<PlanDecision> decisions, CancellationToken cancellationToken)
    {
        var write = new SqlBatch();
        write.AddCheck(
            MoveJobs,
            [
                .. Keys(plans.ConvertAll(plan => plan.Key)),
                SqlBatch.P<long[]>([.. plans.Select(plan => plan.Version)]),
                SqlBatch.Instants([.. plans.Select(plan => plan.Cursor)]),
                SqlBatch.Instants([.. plans.Select(plan => plan.NextDue)]),
                SqlBatch.Instants([.. plans.Select(plan => plan.SeenWakeAt)]),
                SqlBatch.Texts([.. plans.Select(plan => Text.Write(plan.Pause))]),
                SqlBatch.Texts([.. plans.Select(plan => plan.Counts.Count == 0 ? null : Text.WriteArray(plan.Counts))]),
                SqlBatch.Texts([.. plans.Select(plan => Text.Clean(plan.RebootMark))]),
                SqlBatch.Instants([.. decisions.Select(decision => decision.Last?.DueAt)]),
                SqlBatch.P<short?[]>([.. decisions.Select(decision => (short?)decision.Last?.Verdict)]),
                SqlBatch.Instants([.. plans.Select(plan => plan.Now)]),
            ]);
        AddCancels(write, plans.FindAll(plan => plan.CancelLive is not null));
        AddOccurrences(write, decisions.SelectMany(decision => decision.Occurrences).ToList());
        var runs = decisions.SelectMany(decision => decision.Runs).ToList();
        if (runs.Count > 0)
        {
            write.Add(InsertInbox, new NewRunColumns(runs).WithPartitions(runs));
        }

        await write.RunAsync(connection, cancellationToken);
    }

    private static async ValueTask<HashSet<int>> CurrentAsync(
        NpgsqlConnection connection, List<JobPlan> plans, CancellationToken cancellationToken)
    {
        var current = new HashSet<int>();
        var batch = new SqlBatch();
        batch.AddRows(
            ReadVersions,
            row => current.Add(row.GetInt32(0) - 1),
            [.. Keys(plans.ConvertAll(plan => plan.Key)), SqlBatch.P<long[]>([.. plans.Select(plan => plan.Version)])]);
        await batch.RunAsync(connection, cancellationToken);
        return current;
    }

    private static void AddCancels(SqlBatch write, List<JobPlan> plans)
    {
        if (plans.Count == 0)
        {
            return;
        }

        // First the inbox, then the live runs, so that a run that is adopted meanwhile is found by the second.
        foreach (var sql in new[] { CancelInboxRuns, CancelRuns })
        {
            write.Add(
                sql,
                [
                    .. Keys(plans.ConvertAll(plan => plan.Key)),
                    SqlBatch.Texts([.. plans.Select(plan => Text.Write(plan.CancelLive))]),
                    SqlBatch.P<bool[]>([.. plans.Select(plan => plan.CancelLive!.Terminate)]),
                ]);
        }
    }

    private static void AddOccurrences(SqlBatch write, List<Occurrence> occurrences)
    {
        if (occurrences.Count > 0)
        {
            write.Add(
                InsertOccurrences,
                [
                    .. Keys(occurrences.ConvertAll(occurrence => occurrence.Job)),
                    SqlBatch.Instants([.. occurrences.Select(occurrence => occurrence.DueAt)]),
                    SqlBatch.P<short[]>([.. occurrences.Select(occurrence => (short)occurrence.Verdict)]),
                    SqlBatch.Instants([.. occurrences.Select(occurrence => occurrence.DecidedAt)]),
                    SqlBatch.P<Guid?[]>([.. occurrences.Select(occurrence => occurrence.Run?.Value)]),
                    SqlBatch.Instants([.. occurrences.Select(occurrence => occurrence.Until)]),
                    SqlBatch.P<long[]>([.. occurrences.Select(occurrence => occurrence.Count)]),
                ]);
        }
    }

    private static IEnumerable<PlannedRun> Asked(JobPlan plan) =>
        plan.Occurrences.Select(occurrence => occurrence.Run).OfType<PlannedRun>().Concat(plan.Triggers);

    private static List<int> Places(List<JobPlan> plans, Predicate<JobPlan> match) =>
        [.. Enumerable.Range(0, plans.Count).Where(i => match(plans[i]))];

    private static NpgsqlParameter[] Keys(List<JobKey> keys) =>
    [
        SqlBatch.Texts([.. keys.Select(key => key.Tenant.Value)]),
        SqlBatch.Texts([.. keys.Select(key => key.Name.Value)]),
    ];
}
