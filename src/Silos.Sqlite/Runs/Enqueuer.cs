using Silos.Runs;
using Silos.Sqlite.Storage;

namespace Silos.Sqlite.Runs;

/// <summary>Puts runs in, for owners of partitions and for the inbox, and keeps the rules of uniqueness.</summary>
internal static class Enqueuer
{
    private const int ExpiredKeysPerBatch = 100;

    /// <summary>Puts runs in, in order.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="now">The current instant; null for each run's own <see cref="NewRun.EnqueuedAt"/>.</param>
    /// <param name="inbox">Whether into the inbox, as somebody who does not own the partition.</param>
    public static IReadOnlyList<EnqueueOutcome> Enqueue(
        Connection connection, IReadOnlyList<NewRun> runs, DateTimeOffset? now, bool inbox)
    {
        var outcomes = new EnqueueOutcome[runs.Count];
        DateTimeOffset? keysTakenAt = null;
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            if (run.Unique is { } unique)
            {
                keysTakenAt = now ?? run.EnqueuedAt;
                outcomes[i] = EnqueueUnique(connection, run, unique, keysTakenAt.Value, inbox);
            }
            else
            {
                outcomes[i] = new EnqueueOutcome(Insert(connection, run, inbox) ? EnqueueKind.Accepted : EnqueueKind.Repeated, run.Id);
            }
        }

        if (keysTakenAt is not null)
        {
            connection.Prepare(SqlText.Runs.PruneKeys).Bind(keysTakenAt).Bind(ExpiredKeysPerBatch).Execute();
        }

        return outcomes;
    }

    /// <summary>Inserts a run; false if its id was seen before.</summary>
    public static bool Insert(Connection connection, NewRun run, bool inbox) => connection.Prepare(SqlText.Runs.Enqueue)
        .Bind(run.Id)
        .Bind(run.Partition)
        .Bind(run.Tenant.Value)
        .Bind(run.Queue.Value)
        .Bind(-run.Priority)
        .Bind(run.DueAt)
        .Bind(run.State.ToText())
        .Bind(run.Handler)
        .Bind(run.Job?.Value)
        .Bind(run.OccurrenceAt)
        .Bind(run.EnqueuedAt)
        .Bind(run.MaxAttempts)
        .Bind(run.RequestedBy)
        .BindOptions(run.Options)
        .Bind(run.Payload)
        .Bind(inbox)
        .Execute() > 0;

    private static EnqueueOutcome EnqueueUnique(Connection connection, NewRun run, Uniqueness unique, DateTimeOffset now, bool inbox)
    {
        if (connection.Prepare(SqlText.Runs.IsKnown).Bind(run.Id).Any())
        {
            return new EnqueueOutcome(EnqueueKind.Repeated, run.Id);
        }

        var holder = connection.Prepare(SqlText.Runs.FindKey).Bind(run.Tenant.Value).Bind(unique.Key).Bind(now)
            .ReadFirst(row => (RunId?)row.Id(0));
        if (holder == run.Id)
        {
            // Its row is gone (deleted on success), and yet this is the run.
            return new EnqueueOutcome(EnqueueKind.Repeated, run.Id);
        }

        if (holder is { } existing)
        {
            switch (unique.Mode)
            {
                case DuplicateMode.Reject:
                    return new EnqueueOutcome(EnqueueKind.Rejected, existing);
                case DuplicateMode.Replace:
                    if (Replace(connection, existing, run, inbox))
                    {
                        TakeKey(connection, run, existing);
                        return new EnqueueOutcome(EnqueueKind.Replaced, existing);
                    }

                    break;
                default:
                    return new EnqueueOutcome(EnqueueKind.Existing, existing);
            }
        }

        TakeKey(connection, run, run.Id);
        Insert(connection, run, inbox);
        return new EnqueueOutcome(EnqueueKind.Accepted, run.Id);
    }

    private static bool Replace(Connection connection, RunId existing, NewRun run, bool inbox) =>
        connection.Prepare(SqlText.Runs.Replace)
            .Bind(existing)
            .Bind(run.Tenant.Value)
            .Bind(run.Queue.Value)
            .Bind(run.Payload)
            .Bind(run.DueAt)
            .Bind(run.State.ToText())
            .Bind(inbox)
            .Execute() > 0;

    private static void TakeKey(Connection connection, NewRun run, RunId holder) =>
        connection.Prepare(SqlText.Runs.TakeKey)
            .Bind(run.Tenant.Value)
            .Bind(run.Unique!.Key)
            .Bind(holder)
            .Bind(run.Unique.Until)
            .Execute();
}
