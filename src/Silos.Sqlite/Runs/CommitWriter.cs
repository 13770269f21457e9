using Silos.Jobs;
using Silos.Runs;
using Silos.Sqlite.Jobs;
using Silos.Sqlite.Storage;

namespace Silos.Sqlite.Runs;

/// <summary>Writes an owner's batch inside the writer's transaction: outcomes, then claims, then new runs.</summary>
/// <remarks>
/// One prepared statement a row: in one process and one transaction that is faster than passing rows as one JSON text, which
/// SQLite would have to parse and which would have to be written first.
/// </remarks>
internal sealed class CommitWriter
{
    private readonly Connection _connection;
    private readonly PartitionCommit _commit;
    private readonly List<RunId> _refused = [];
    private readonly Dictionary<JobKey, JobEnd> _jobs = [];
    private readonly Dictionary<(string Tenant, string Label, RunState State), int> _ended = [];
    private readonly bool _hasProgress;

    private CommitWriter(Connection connection, PartitionCommit commit)
    {
        _connection = connection;
        _commit = commit;
        _hasProgress = commit.Finished.Count > 0 && connection.Prepare(SqlText.Runs.HasProgress).Any();
    }

    public static PartitionCommitResult Write(Connection connection, PartitionCommit commit) => Owns(connection, commit.Owner)
        ? new CommitWriter(connection, commit).Write()
        : new PartitionCommitResult { OwnershipLost = true };

    /// <summary>Tells whether an epoch is current.</summary>
    public static bool Owns(Connection connection, PartitionEpoch owner) =>
        connection.Prepare(SqlText.Runs.Owns).Bind(owner.Partition).Bind(owner.Epoch).Any();

    private PartitionCommitResult Write()
    {
        foreach (var finished in _commit.Finished)
        {
            Finish(finished);
        }

        foreach (var requeued in _commit.Requeued)
        {
            Requeue(requeued);
        }

        foreach (var ((tenant, label, state), count) in _ended)
        {
            _connection.Prepare(SqlText.Runs.CountEnd).Bind(tenant).Bind(label).Bind(state.ToText()).Bind(count).Execute();
        }

        foreach (var (job, end) in _jobs)
        {
            WriteEnd(job, end);
        }

        foreach (var claim in _commit.Claims)
        {
            _connection.Prepare(SqlText.Runs.Claim)
                .Bind(claim.Id)
                .Bind(_commit.Owner.Partition)
                .Bind(claim.Worker)
                .Bind(claim.StartedAt)
                .Bind(ClaimText.Of(claim))
                .Execute();
        }

        var enqueued = Enqueuer.Enqueue(_connection, _commit.Enqueues, _commit.Now, inbox: false);
        foreach (var claim in _commit.ClosedClaims)
        {
            _connection.Prepare(SqlText.Runs.CloseClaim).Bind(claim).Bind(_commit.Owner.Partition).Execute();
        }

        return new PartitionCommitResult { Enqueues = enqueued, Refused = _refused };
    }

    private void Finish(FinishedRun run)
    {
        var (tenant, label) = _connection.Prepare(SqlText.Runs.EndBase)
            .Bind(run.Run).Bind(_commit.Owner.Partition).Bind(run.Token)
            .ReadFirst(row => (row.Text(0), row.Text(1)));
        if (tenant is null)
        {
            _refused.Add(run.Run);
            return;
        }

        if (run.Delete && run.State == RunState.Completed)
        {
            DeleteBelongings(_connection, run.Run);
        }
        else
        {
            Keep(run);
            var key = (tenant, label, run.State);
            _ended[key] = _ended.GetValueOrDefault(key) + 1;
        }

        if (_hasProgress)
        {
            _connection.Prepare(SqlText.Runs.DeleteProgress).Bind(run.Run).Execute();
        }

        _connection.Prepare(SqlText.Runs.Remove).Bind(run.Run).Execute();
        if (run.Job is { } job)
        {
            _jobs[job] = (_jobs.GetValueOrDefault(job) ?? JobEnd.None).Then(run);
        }
    }

    /// <summary>Deletes what attempts left behind, all but progress.</summary>
    public static void DeleteBelongings(Connection connection, RunId run)
    {
        connection.Prepare(SqlText.Runs.DeleteAttempt).Bind(run).Execute();
        connection.Prepare(SqlText.Runs.DeleteStep).Bind(run).Execute();
        connection.Prepare(SqlText.Runs.DeleteLog).Bind(run).Execute();
    }

    private void Keep(FinishedRun run) => _connection.Prepare(SqlText.Runs.Finish)
        .Bind(run.Run)
        .Bind(run.State.ToText())
        .Bind(run.StartedAt)
        .Bind(run.EndedAt)
        .Bind(run.Attempts)
        .Bind(run.Losses)
        .Bind(run.Token)
        .Bind(run.Outcome)
        .Bind(run.Worker)
        .Bind(run.ItemErrors)
        .BindError(run.Error)
        .Bind(run.Result)
        .Execute();

    private void Requeue(RequeuedRun run)
    {
        var requeued = _connection.Prepare(SqlText.Runs.Requeue)
            .Bind(run.Run)
            .Bind(_commit.Owner.Partition)
            .Bind(run.Token)
            .Bind(run.State.ToText())
            .Bind(run.DueAt)
            .Bind(run.Attempts)
            .Bind(run.Losses)
            .Execute();
        if (requeued == 0)
        {
            _refused.Add(run.Run);
            return;
        }

        _connection.Prepare(SqlText.Runs.CloseAttempt)
            .Bind(run.Run)
            .Bind(run.Token)
            .Bind(run.Worker)
            .Bind(run.StartedAt)
            .Bind(run.EndedAt)
            .Bind(run.Outcome)
            .BindError(run.Error)
            .Execute();
    }

    private void WriteEnd(JobKey job, JobEnd end) => _connection.Prepare(SqlText.Jobs.RunEnded)
        .BindKey(job)
        .Bind(end.Last!.Run)
        .Bind(end.Last.State.ToText())
        .Bind(end.Last.StartedAt)
        .Bind(end.Last.EndedAt)
        .Bind(end.Completed)
        .Bind(end.Failures)
        .Bind(end.Wake)
        .Bind(_commit.Now)
        .Execute();

    /// <summary>What a batch means to one job, so that its row is written once.</summary>
    private sealed record JobEnd(FinishedRun? Last, bool Completed, int Failures, bool Wake)
    {
        public static readonly JobEnd None = new(null, false, 0, false);

        public JobEnd Then(FinishedRun run) => new(
            run,
            Completed || run.State == RunState.Completed,
            run.State == RunState.Completed ? 0 : Failures + (run.State.IsFailure() ? 1 : 0),
            Wake || run.WakeJob);
    }
}
