using Silos.Jobs;
using Silos.Sqlite.Storage;

namespace Silos.Sqlite.Jobs;

/// <summary>A definition that a job has or had, as its row has it.</summary>
internal static class DefinitionRow
{
    /// <summary>Keeps what the job's row has, if the newest version is another one.</summary>
    public static void Keep(Connection connection, Job job) => connection.Prepare(SqlText.Jobs.KeepDefinition)
        .BindKey(job.Key)
        .Bind(job.Version)
        .Bind(JsonText.From(job.Definition))
        .Execute();

    /// <summary>Writes the next version, if it is another one than the job's row has, and lets the oldest go.</summary>
    public static void Write(Connection connection, Job job, string by)
    {
        var written = connection.Prepare(SqlText.Jobs.Define)
            .BindKey(job.Key)
            .Bind(job.Version)
            .Bind(JsonText.From(job.Definition))
            .Bind(job.UpdatedAt)
            .Bind(by)
            .Bind(job.Source)
            .Bind(job.DeploymentVersion)
            .Execute();
        if (written > 0 && job.Version > 0)
        {
            connection.Prepare(SqlText.Jobs.PruneDefinitions).BindKey(job.Key).Bind(DefinitionVersion.Kept).Execute();
        }
    }

    public static DefinitionVersion Read(Statement row) => new()
    {
        Number = row.Long(0),
        At = row.Instant(1),
        By = row.TextOrNull(2),
        Source = row.Text(3),
        DeploymentVersion = row.Text(4),
        Definition = row.JsonOrNull(5)!.Value.As<JobDefinition>() ?? throw new InvalidDataException("A version of a job has no definition."),
    };
}
