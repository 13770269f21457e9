using Npgsql;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres.Runs;

/// <summary>What attempts write while they run.</summary>
internal sealed class PostgresRunJournal(Database database, Action assertHeld) : IRunJournal
{
    private static readonly string CurrentEntries = SqlText.Get("Runs/current_entries");
    private static readonly string SaveSteps = SqlText.Get("Runs/save_steps");
    private static readonly string AppendLog = SqlText.Get("Runs/append_log");
    private static readonly string SaveProgress = SqlText.Get("Runs/save_progress");
    private static readonly string ReadSteps = SqlText.Get("Runs/read_steps");
    private static readonly string LastSequence = SqlText.Get("Runs/last_sequence");

    public async ValueTask<IReadOnlyList<RunId>> AppendAsync(
        IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        assertHeld();
        if (entries.Count == 0)
        {
            return [];
        }

        await using var connection = await database.Writes.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var current = new HashSet<int>();
        var check = new SqlBatch();
        check.AddRows(
            CurrentEntries,
            row => current.Add(row.GetInt32(0) - 1),
            SqlBatch.P<short[]>([.. entries.Select(entry => (short)entry.Owner.Partition)]),
            SqlBatch.P<long[]>([.. entries.Select(entry => entry.Owner.Epoch)]),
            SqlBatch.Texts([.. entries.Select(entry => entry.Tenant.Value)]),
            SqlBatch.P<Guid[]>([.. entries.Select(entry => entry.Run.Value)]),
            SqlBatch.P<long[]>([.. entries.Select(entry => entry.Token)]));
        await check.RunAsync(connection, cancellationToken);

        var write = new SqlBatch();
        var accepted = entries.Where((_, i) => current.Contains(i)).ToList();
        AddSteps(write, accepted);
        AddLog(write, accepted);
        AddProgress(write, accepted);
        if (write.Count > 0)
        {
            await write.RunAsync(connection, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return [.. entries.Where((_, i) => !current.Contains(i)).Select(entry => entry.Run).Distinct()];
    }

    public async ValueTask<IReadOnlyList<RunStep>> ReadStepsAsync(RunId run, CancellationToken cancellationToken)
    {
        var steps = new List<RunStep>();
        var batch = new SqlBatch();
        batch.AddRows(ReadSteps, row => steps.Add(Step(row)), SqlBatch.P(run.Value));
        await batch.RunAsync(database.Writes, cancellationToken);
        return steps;
    }

    public async ValueTask<long> LastSequenceAsync(RunId run, CancellationToken cancellationToken)
    {
        long last = 0;
        var batch = new SqlBatch();
        batch.AddRows(LastSequence, row => last = row.GetInt64(0), SqlBatch.P(run.Value));
        await batch.RunAsync(database.Writes, cancellationToken);
        return last;
    }

    internal static RunStep Step(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        RunRows.Json(row, 2),
        RunRows.String(row, 3),
        row.GetInt32(4),
        row.GetFieldValue<DateTimeOffset>(5));

    private static void AddSteps(SqlBatch batch, IReadOnlyList<JournalEntry> entries)
    {
        // A statement may write a row only once: the last of several entries for one step stands, where the first was.
        var steps = new OrderedDictionary<(RunId Run, string Name), RunStep>();
        foreach (var entry in entries)
        {
            foreach (var step in entry.Steps)
            {
                steps[(entry.Run, Text.Clean(step.Name)!)] = step;
            }
        }

        if (steps.Count == 0)
        {
            return;
        }

        batch.Add(
            SaveSteps,
            SqlBatch.P<Guid[]>([.. steps.Keys.Select(key => key.Run.Value)]),
            SqlBatch.Texts([.. steps.Keys.Select(key => key.Name)]),
            SqlBatch.Texts([.. steps.Values.Select(step => step.Status)]),
            SqlBatch.Texts([.. steps.Values.Select(step => step.Result?.Text)]),
            SqlBatch.Texts([.. steps.Values.Select(step => Text.Clean(step.Error))]),
            SqlBatch.P<int[]>([.. steps.Values.Select(step => step.RetryCount)]),
            SqlBatch.Instants([.. steps.Values.Select(step => step.ProcessedAt)]));
    }

    private static void AddLog(SqlBatch batch, IReadOnlyList<JournalEntry> entries)
    {
        var lines = entries.SelectMany(entry => entry.Log.Select(line => (entry.Run, Line: line))).ToList();
        if (lines.Count == 0)
        {
            return;
        }

        batch.Add(
            AppendLog,
            SqlBatch.P<Guid[]>([.. lines.Select(line => line.Run.Value)]),
            SqlBatch.P<long[]>([.. lines.Select(line => line.Line.Sequence)]),
            SqlBatch.Instants([.. lines.Select(line => line.Line.At)]),
            SqlBatch.Texts([.. lines.Select(line => line.Line.Level)]),
            SqlBatch.Texts([.. lines.Select(line => Text.Clean(line.Line.Text))]),
            SqlBatch.P<int[]>([.. lines.Select(line => line.Line.Attempt)]));
    }

    private static void AddProgress(SqlBatch batch, IReadOnlyList<JournalEntry> entries)
    {
        var progress = new Dictionary<RunId, (int? Percent, string? Message)>();
        foreach (var entry in entries.Where(entry => entry.Progress is not null || entry.ProgressMessage is not null))
        {
            var before = progress.TryGetValue(entry.Run, out var earlier) ? earlier.Percent : null;
            progress[entry.Run] = (entry.Progress ?? before, entry.ProgressMessage);
        }

        if (progress.Count == 0)
        {
            return;
        }

        batch.Add(
            SaveProgress,
            SqlBatch.P<Guid[]>([.. progress.Keys.Select(run => run.Value)]),
            SqlBatch.P<int?[]>([.. progress.Values.Select(value => value.Percent)]),
            SqlBatch.Texts([.. progress.Values.Select(value => Text.Clean(value.Message))]));
    }
}
