using Silos.Runs;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Runs;

internal sealed class SqliteRunJournal(SqliteStore store) : IRunJournal
{
    public async ValueTask<IReadOnlyList<RunId>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync<IReadOnlyList<RunId>>(
            connection => [.. entries.Where(entry => !Append(connection, entry)).Select(entry => entry.Run).Distinct()], cancellationToken);

    public async ValueTask<IReadOnlyList<RunStep>> ReadStepsAsync(RunId run, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(connection => ReadSteps(connection, run), cancellationToken);

    public async ValueTask<long> LastSequenceAsync(RunId run, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Journal.LastSequence).Bind(run).ReadFirst(row => row.Long(0)), cancellationToken);

    /// <summary>Reads a run's steps in the order they were first tried.</summary>
    public static List<RunStep> ReadSteps(Connection connection, RunId run) =>
        connection.Prepare(SqlText.Journal.Steps).Bind(run).ReadAll(row => new RunStep(
            row.Text(0), row.Text(1), row.JsonOrNull(2), row.TextOrNull(3), row.Int(4), row.Instant(5)));

    private static bool Append(Connection connection, JournalEntry entry)
    {
        var accepted = connection.Prepare(SqlText.Journal.Accepts)
            .Bind(entry.Run).Bind(entry.Owner.Partition).Bind(entry.Owner.Epoch).Bind(entry.Tenant.Value).Bind(entry.Token)
            .Any();
        if (!accepted)
        {
            return false;
        }

        foreach (var step in entry.Steps)
        {
            connection.Prepare(SqlText.Journal.Step)
                .Bind(entry.Run).Bind(step.Name).Bind(step.Status).Bind(step.Result).Bind(step.Error).Bind(step.RetryCount).Bind(step.ProcessedAt).Bind(entry.Tenant.Value)
                .Execute();
        }

        foreach (var line in entry.Log)
        {
            connection.Prepare(SqlText.Journal.Log)
                .Bind(entry.Run).Bind(line.Sequence).Bind(line.At).Bind(line.Level).Bind(line.Text).Bind(line.Attempt)
                .Execute();
        }

        if (entry.Progress is not null || entry.ProgressMessage is not null)
        {
            connection.Prepare(SqlText.Journal.Progress).Bind(entry.Run).Bind(entry.Progress).Bind(entry.ProgressMessage).Execute();
        }

        return true;
    }
}
