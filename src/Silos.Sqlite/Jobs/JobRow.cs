using Silos.Jobs;
using Silos.Sqlite.Runs;
using Silos.Sqlite.Storage;

namespace Silos.Sqlite.Jobs;

/// <summary>A job as its row has it.</summary>
internal static class JobRow
{
    public static Statement BindKey(this Statement statement, JobKey key) => statement.Bind(key.Tenant.Value).Bind(key.Name.Value);

    /// <summary>Binds the columns of <c>Jobs/insert</c> and <c>Jobs/update</c>.</summary>
    public static Statement BindJob(this Statement statement, Job job) => statement
        .BindKey(job.Key)
        .Bind(JsonText.From(job.Definition))
        .Bind(job.Source)
        .Bind(job.DeploymentVersion)
        .Bind(job.Definition.Enabled)
        .Bind(job.Pause is { } pause ? JsonText.From(pause) : null)
        .Bind(job.CreatedAt)
        .Bind(job.UpdatedAt)
        .Bind(job.Cursor)
        .Bind(job.NextDue)
        .Bind(job.WakeAt)
        .Bind(JsonText.From(job.Counts))
        .Bind(job.LastDecision?.DueAt)
        .Bind(job.LastDecision?.Verdict.ToText())
        .Bind(job.RebootMark);

    public static Job Read(Statement row) => new()
    {
        Key = new JobKey(TenantId.Parse(row.Text(0)), JobName.Parse(row.Text(1))),
        Definition = row.JsonOrNull(2)?.As<JobDefinition>() ?? throw new InvalidDataException($"The job '{row.Text(1)}' has no definition."),
        Source = row.Text(3),
        DeploymentVersion = row.Text(4),
        Pause = row.JsonOrNull(6)?.As<Pause>(),
        CreatedAt = row.Instant(7),
        UpdatedAt = row.Instant(8),
        Cursor = row.Instant(9),
        NextDue = row.InstantOrNull(10),
        WakeAt = row.InstantOrNull(11),
        Counts = row.JsonOrNull(12)?.As<long[]>() ?? [],
        LastDecision = row.IsNull(13) ? null : new LastDecision(row.Instant(13), VerdictText.Read(row.Text(14))),
        ConsecutiveFailures = row.Int(15),
        LastEndedAt = row.InstantOrNull(16),
        LastRun = row.IsNull(17)
            ? null
            : new LastRun(row.Id(17), StateText.Read(row.Text(18)), row.InstantOrNull(19), row.Instant(20)),
        RebootMark = row.TextOrNull(21),
        Version = row.Long(22),
    };
}
