using Npgsql;
using Silos.Jobs;
using Silos.Postgres.Runs;
using Silos.Runs;

namespace Silos.Postgres.Jobs;

/// <summary>Jobs to and from columns.</summary>
internal static class JobRows
{
    /// <summary>Reads the columns of a job, in the order in which all statements have them.</summary>
    public static Job Read(NpgsqlDataReader row) =>
        Read(row, JsonText.Trusted(row.GetString(21)).As<JobDefinition>()!);

    /// <summary>Reads the columns of a job whose definition is known.</summary>
    public static Job Read(NpgsqlDataReader row, JobDefinition definition) => new()
    {
        Key = new JobKey(TenantId.Parse(row.GetString(0)), JobName.Parse(row.GetString(1))),
        Version = row.GetInt64(2),
        Cursor = row.GetFieldValue<DateTimeOffset>(3),
        NextDue = RunRows.Instant(row, 4),
        WakeAt = RunRows.Instant(row, 5),
        LastDecision = row.IsDBNull(6)
            ? null
            : new LastDecision(row.GetFieldValue<DateTimeOffset>(6), (Verdict)row.GetInt16(7)),
        LastEndedAt = RunRows.Instant(row, 8),
        LastRun = row.IsDBNull(9)
            ? null
            : new LastRun(
                new RunId(row.GetGuid(9)),
                (RunState)row.GetInt16(10),
                RunRows.Instant(row, 11),
                row.GetFieldValue<DateTimeOffset>(12)),
        ConsecutiveFailures = row.GetInt32(13),
        Counts = row.GetFieldValue<long[]>(14),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(15),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(16),
        Source = row.GetString(17),
        DeploymentVersion = row.GetString(18),
        Pause = Text.ReadPause(RunRows.String(row, 19)),
        RebootMark = RunRows.String(row, 20),
        Definition = definition,
    };

    /// <summary>Reads the columns of a version of a definition.</summary>
    public static DefinitionVersion ReadDefinition(NpgsqlDataReader row) => new()
    {
        Number = row.GetInt64(0),
        At = row.GetFieldValue<DateTimeOffset>(1),
        By = RunRows.String(row, 2),
        Source = row.GetString(3),
        DeploymentVersion = row.GetString(4),
        Definition = JsonText.Trusted(row.GetString(5)).As<JobDefinition>()!,
    };

    /// <summary>Turns jobs into the columns of <c>insert_jobs</c> and, with definitions behind, of <c>update_jobs</c>.</summary>
    public static NpgsqlParameter[] Columns(IReadOnlyList<Job> jobs) =>
    [
        SqlBatch.Texts([.. jobs.Select(job => job.Key.Tenant.Value)]),
        SqlBatch.Texts([.. jobs.Select(job => job.Key.Name.Value)]),
        SqlBatch.P<long[]>([.. jobs.Select(job => job.Version)]),
        SqlBatch.P<bool[]>([.. jobs.Select(job => job.IsActive)]),
        SqlBatch.Instants([.. jobs.Select(job => job.Cursor)]),
        SqlBatch.Instants([.. jobs.Select(job => job.NextDue)]),
        SqlBatch.Instants([.. jobs.Select(job => job.WakeAt)]),
        SqlBatch.Instants([.. jobs.Select(job => job.LastDecision?.DueAt)]),
        SqlBatch.P<short?[]>([.. jobs.Select(job => (short?)job.LastDecision?.Verdict)]),
        SqlBatch.Texts([.. jobs.Select(job => Text.WriteArray(job.Counts))]),
        SqlBatch.Instants([.. jobs.Select(job => job.CreatedAt)]),
        SqlBatch.Instants([.. jobs.Select(job => job.UpdatedAt)]),
        SqlBatch.Texts([.. jobs.Select(job => Text.Clean(job.Source))]),
        SqlBatch.Texts([.. jobs.Select(job => Text.Clean(job.DeploymentVersion))]),
        SqlBatch.Texts([.. jobs.Select(job => Text.Write(job.Pause))]),
        SqlBatch.Texts([.. jobs.Select(job => Text.Clean(job.RebootMark))]),
        SqlBatch.Texts([.. jobs.Select(job => Text.WriteArray(job.Definition.Tags))]),
    ];

    /// <summary>Turns the definitions of jobs into a column.</summary>
    public static NpgsqlParameter Definitions(IReadOnlyList<Job> jobs) =>
        SqlBatch.Texts([.. jobs.Select(job => JsonText.From(job.Definition).Text)]);
}
