using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Sqlite.Storage;

namespace Silos.Sqlite.Runs;

/// <summary>Runs as their rows have them.</summary>
internal static class RunRow
{
    private static readonly string DefaultOptions = JsonText.From(RunOptions.Default).Text;

    /// <summary>Reads the columns that every statement on pending runs begins with.</summary>
    public static PendingRun ReadPending(Statement row) => new()
    {
        Request = new NewRun
        {
            Id = row.Id(0),
            Tenant = Tenant(row, 2),
            Queue = Queue(row, 3),
            Priority = -row.Int(4),
            DueAt = row.Instant(5),
            Handler = row.Text(10),
            Job = Job(row, 11),
            OccurrenceAt = row.InstantOrNull(12),
            EnqueuedAt = row.Instant(13),
            MaxAttempts = row.Int(14),
            RequestedBy = row.TextOrNull(15),
            Options = ReadOptions(row, 17),
            Payload = row.JsonOrNull(18),
        },
        State = StateText.Read(row.Text(6)),
        Attempts = row.Int(7),
        Losses = row.Int(8),
        Token = row.Long(9),
        Cancel = row.JsonOrNull(16)?.As<CancelRequest>(),
    };

    /// <summary>Reads them, and then since when the run waits again.</summary>
    /// <param name="row">The row.</param>
    /// <param name="since">The column that says it.</param>
    public static PendingRun ReadWaiting(Statement row, int since = 19)
    {
        var run = ReadPending(row);
        return row.IsNull(since) ? run : run with { WaitsSince = row.Instant(since) };
    }

    /// <summary>Reads the columns of the views <c>live_run</c> and <c>finished_run</c>.</summary>
    public static Run ReadRun(Statement row) => new()
    {
        Id = row.Id(0),
        Tenant = Tenant(row, 1),
        Queue = Queue(row, 2),
        Priority = row.Int(3),
        State = StateText.Read(row.Text(4)),
        DueAt = row.Instant(5),
        EnqueuedAt = row.Instant(6),
        StartedAt = row.InstantOrNull(7),
        EndedAt = row.InstantOrNull(8),
        Attempt = row.Int(9),
        MaxAttempts = row.Int(10),
        Losses = row.Int(11),
        Handler = row.Text(12),
        Job = Job(row, 13),
        OccurrenceAt = row.InstantOrNull(14),
        RequestedBy = row.TextOrNull(15),
        Worker = row.TextOrNull(16),
        ItemErrors = row.Int(17),
        Progress = row.IntOrNull(18),
        ProgressMessage = row.TextOrNull(19),
        Error = ReadError(row, 20),
        Cancel = row.JsonOrNull(23)?.As<CancelRequest>(),
        Options = ReadOptions(row, 24),
        Result = row.JsonOrNull(25),
        Payload = row.JsonOrNull(26),
    };

    /// <summary>Reads type, message and stack from three columns.</summary>
    public static RunError? ReadError(Statement row, int column) =>
        row.IsNull(column) ? null : new RunError(row.Text(column), row.Text(column + 1), row.TextOrNull(column + 2));

    /// <summary>Binds type, message and stack.</summary>
    public static Statement BindError(this Statement statement, RunError? error) =>
        statement.Bind(error?.Type).Bind(error?.Message).Bind(error?.Stack);

    /// <summary>Binds options; null where all is at its default, as it mostly is.</summary>
    public static Statement BindOptions(this Statement statement, RunOptions options)
    {
        if (ReferenceEquals(options, RunOptions.Default))
        {
            return statement.Bind((string?)null);
        }

        var json = JsonText.From(options).Text;
        return statement.Bind(json == DefaultOptions ? null : json);
    }

    private static RunOptions ReadOptions(Statement row, int column) =>
        row.JsonOrNull(column)?.As<RunOptions>() ?? RunOptions.Default;

    private static TenantId Tenant(Statement row, int column) =>
        row.Text(column) is var text && text == TenantId.Default.Value ? TenantId.Default : TenantId.Parse(text);

    private static QueueName Queue(Statement row, int column) =>
        row.Text(column) is var text && text == QueueName.Default.Value ? QueueName.Default : QueueName.Parse(text);

    private static JobName? Job(Statement row, int column) => row.TextOrNull(column) is { } text ? JobName.Parse(text) : null;
}
