using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;

namespace Silos.Engine.Tests.Simulation;

/// <summary>What has to be true when everything has come to rest, read from the database and from the effects outside.</summary>
internal sealed class FinalChecks(SimulatedWorld world)
{
    public void Run()
    {
        foreach (var job in world.Database.Jobs.Values)
        {
            Ledger(job);
        }

        foreach (var id in world.Acknowledged)
        {
            Check(world.Database.Finished.ContainsKey(id), $"run {id} was acknowledged and is gone");
        }

        foreach (var row in world.Database.Finished.Values)
        {
            Finished(row.Run, row.Attempts);
        }

        for (var i = 0; i < world.Database.Partitions.Length; i++)
        {
            var claims = world.Database.Partitions[i].Claims;
            Check(claims.Count == 0, $"partition {i} is at rest and has {claims.Count} open claims");
        }
    }

    private void Finished(Run run, IReadOnlyList<Attempt> attempts)
    {
        Check(run.State.IsFinal(), $"run {run.Id} is kept as ended in state {run.State}");
        if (run.State == RunState.Completed)
        {
            var token = attempts[^1].Token;
            Check(
                world.Handlers.Effects.Exists(effect => effect.Run == run.Id && effect.Token == token && effect.Succeeded),
                $"run {run.Id} is recorded as completed by token {token}, and no such attempt did the work");
        }

        foreach (var effect in world.Handlers.Effects)
        {
            Check(
                effect.Run != run.Id || (world.Audit.Claimed.TryGetValue(run.Id, out var claimed) && claimed.Contains(effect.Token)),
                $"run {run.Id} had effects with token {effect.Token}, which nobody claimed");
        }
    }

    private void Ledger(Job job)
    {
        var ledger = world.Database.Ledger.TryGetValue(job.Key, out var rows) ? rows.Values.ToList() : [];
        var runs = new HashSet<RunId>();
        foreach (var occurrence in ledger)
        {
            var madeRun = occurrence.Verdict is Verdict.Enqueued or Verdict.CaughtUp;
            Check(madeRun == occurrence.Run is not null, $"job {job.Key.Name}: {occurrence} has the wrong run");
            if (occurrence.Run is { } run)
            {
                Check(runs.Add(run), $"job {job.Key.Name}: run {run} stands for two due instants");
                Check(
                    world.Database.Finished.TryGetValue(run, out var row) && row.Run.OccurrenceAt == occurrence.DueAt,
                    $"job {job.Key.Name}: run {run} of {occurrence.DueAt:O} does not exist");
            }
        }

        foreach (var row in world.Database.Finished.Values)
        {
            Check(
                row.Run.Job != job.Key.Name || row.Run.OccurrenceAt is null || runs.Contains(row.Run.Id),
                $"job {job.Key.Name}: run {row.Run.Id} was made for {row.Run.OccurrenceAt:O}, which names another run or none");
        }

        if (!job.Definition.Schedules.Any(schedule => schedule.Expression.StartsWith("@after", StringComparison.Ordinal)))
        {
            Instants(job, ledger);
        }
    }

    /// <summary>Compares the ledger with the schedule itself, instant by instant.</summary>
    private static void Instants(Job job, List<Occurrence> ledger)
    {
        var due = Due(job, job.CreatedAt, job.Cursor);
        var next = 0;
        foreach (var occurrence in ledger)
        {
            if (occurrence.DueAt > job.Cursor)
            {
                throw new SimulationException($"job {job.Key.Name} decided {occurrence.DueAt:O} beyond its cursor {job.Cursor:O}");
            }

            var until = occurrence.Until ?? occurrence.DueAt;
            long count = 0;
            if (next < due.Count && due[next] != occurrence.DueAt)
            {
                throw new SimulationException(due[next] < occurrence.DueAt
                    ? $"job {job.Key.Name} has no decision for {due[next]:O}; the next is for {occurrence.DueAt:O}"
                    : $"job {job.Key.Name} decided {occurrence.DueAt:O} ({occurrence.Verdict}), which is not due; due is {due[next]:O}");
            }

            for (; next < due.Count && due[next] <= until; next++)
            {
                count++;
            }

            Check(count > 0, $"job {job.Key.Name} decided {occurrence.DueAt:O} ({occurrence.Verdict}), which is not due");
            var exact = occurrence.Count == count || (occurrence.Until is not null && Math.Abs(occurrence.Count - count) <= 1 + (count / 20));
            Check(exact, $"job {job.Key.Name}: the row of {occurrence.DueAt:O} to {until:O} counts {occurrence.Count} instants of {count}");
        }

        Check(next == due.Count, $"job {job.Key.Name} has no decision for {(next < due.Count ? due[next] : default):O}");
    }

    private static List<DateTimeOffset> Due(Job job, DateTimeOffset from, DateTimeOffset until)
    {
        var due = new SortedSet<DateTimeOffset>();
        foreach (var spec in job.Definition.Schedules)
        {
            var schedule = CompiledSchedule.Compile(spec, ScheduleEnvironment.Empty, job.Key.Name.Value);
            var anchor = new ScheduleAnchor(job.CreatedAt);
            for (var at = schedule.Next(from, anchor); at <= until; at = schedule.Next(at.Value, anchor))
            {
                due.Add(at.Value);
            }
        }

        return [.. due];
    }

    private static void Check(bool holds, string broken)
    {
        if (!holds)
        {
            throw new SimulationException(broken);
        }
    }
}
