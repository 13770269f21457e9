using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.School;

/// <summary>Daily at 2:00: deletes the records of temporary files that are older than seven days.</summary>
internal sealed class CleanupTempFilesJob(SampleDatabase database) : IJob
{
    public const string Name = nameof(CleanupTempFilesJob);

    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);

        // The due instant and not the clock: a run that is late or repeated deletes the same files.
        var before = context.DueAt - Keep;
        context.SetResult(await Batches.UntilDoneAsync(
            context,
            "temporary files deleted",
            () => session.Command("School/Sql/delete-old-temp-files").With("before", before).With("limit", 1_000).ExecuteAsync(cancellationToken),
            cancellationToken));
    }
}
