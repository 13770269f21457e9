using Npgsql;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>Reads rows of runs. One instance a result: what repeats from row to row is parsed once.</summary>
internal sealed class RunRows
{
    private TenantId _tenant = TenantId.Default;
    private QueueName _queue = QueueName.Default;
    private string _handler = string.Empty;
    private string? _optionsText;
    private RunOptions _options = RunOptions.Default;

    /// <summary>Reads the columns of a pending run, in the order in which all statements have them.</summary>
    public PendingRun Pending(NpgsqlDataReader row) => new()
    {
        Request = new NewRun
        {
            Id = new RunId(row.GetGuid(0)),
            Tenant = Tenant(row.GetString(1)),
            Queue = Queue(row.GetString(2)),
            Handler = Handler(row.GetString(3)),
            Priority = row.GetInt32(4),
            Payload = Json(row, 5),
            DueAt = row.GetFieldValue<DateTimeOffset>(6),
            EnqueuedAt = row.GetFieldValue<DateTimeOffset>(7),
            Job = row.IsDBNull(8) ? null : JobName.Parse(row.GetString(8)),
            OccurrenceAt = Instant(row, 9),
            MaxAttempts = row.GetInt32(10),
            Options = Options(String(row, 11)),
            RequestedBy = String(row, 12),
        },
        State = (RunState)row.GetInt16(13),
        Attempts = row.GetInt32(14),
        Losses = row.GetInt32(15),
        Token = row.GetInt64(16),
        Cancel = Text.ReadCancel(String(row, 17)),
    };

    /// <summary>Reads them, and then since when the run waits again.</summary>
    /// <param name="row">The row.</param>
    /// <param name="since">The column that says it.</param>
    public PendingRun Waiting(NpgsqlDataReader row, int since = 18)
    {
        var run = Pending(row);
        return row.IsDBNull(since) ? run : run with { WaitsSince = row.GetFieldValue<DateTimeOffset>(since) };
    }

    /// <summary>Reads the columns of the views of runs, in the order in which all statements have them.</summary>
    public Run Run(NpgsqlDataReader row) => new()
    {
        Id = new RunId(row.GetGuid(0)),
        Tenant = Tenant(row.GetString(1)),
        Job = row.IsDBNull(2) ? null : JobName.Parse(row.GetString(2)),
        OccurrenceAt = Instant(row, 3),
        Handler = Handler(row.GetString(4)),
        Queue = Queue(row.GetString(5)),
        Priority = row.GetInt32(6),
        State = (RunState)row.GetInt16(7),
        Payload = Json(row, 8),
        DueAt = row.GetFieldValue<DateTimeOffset>(9),
        EnqueuedAt = row.GetFieldValue<DateTimeOffset>(10),
        StartedAt = Instant(row, 11),
        EndedAt = Instant(row, 12),
        Attempt = row.GetInt32(13),
        MaxAttempts = row.GetInt32(14),
        Losses = row.GetInt32(15),
        Error = Error(row, 16),
        Result = Json(row, 19),
        Progress = row.IsDBNull(20) ? null : row.GetInt32(20),
        ProgressMessage = String(row, 21),
        ItemErrors = row.GetInt32(22),
        Worker = String(row, 23),
        RequestedBy = String(row, 24),
        Cancel = Text.ReadCancel(String(row, 25)),
        Options = Options(String(row, 26)),
    };

    public static string? String(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset? Instant(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    public static JsonText? Json(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : JsonText.Trusted(row.GetString(column));

    /// <summary>Reads type, message and stack from three columns.</summary>
    public static RunError? Error(NpgsqlDataReader row, int column) => row.IsDBNull(column)
        ? null
        : new RunError(row.GetString(column), String(row, column + 1) ?? string.Empty, String(row, column + 2));

    private TenantId Tenant(string text) => text == _tenant.Value ? _tenant : _tenant = TenantId.Parse(text);

    private QueueName Queue(string text) => text == _queue.Value ? _queue : _queue = QueueName.Parse(text);

    private string Handler(string text) => text == _handler ? _handler : _handler = text;

    private RunOptions Options(string? text)
    {
        if (text != _optionsText)
        {
            _options = Text.ReadOptions(text);
            _optionsText = text;
        }

        return _options;
    }
}
