using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Credits;

/// <summary>
/// Daily: deletes uploads that no block refers to, then the date directories that became empty. Two steps: a retry after
/// the first one goes on with the second. A file that cannot be deleted is an item error.
/// </summary>
internal sealed class OrphanedUploadsCleanupJob(SampleDatabase database, SampleSettings settings) : IJob
{
    public const string Name = "Orphaned Uploads Cleanup";

    // An upload whose block is not saved yet is no orphan.
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(settings.Uploads))
        {
            throw new SkipRunException($"There are no uploads: {settings.Uploads} does not exist.");
        }

        var files = await context.StepAsync("orphaned files", token => DeleteFilesAsync(context, token));
        await context.ReportProgressAsync(90, $"{files} orphaned files deleted");
        var directories = await context.StepAsync("empty directories", token => Task.FromResult(DeleteDirectories(settings.Uploads, token)));
        await context.ReportProgressAsync(100, $"{files} files and {directories} directories deleted");
        context.SetResult(new { files, directories });
    }

    private async Task<int> DeleteFilesAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var references = new UploadReferences(settings.SiteUrl);
        var before = (context.Clock.Now() - Young).UtcDateTime;
        var deleted = 0;
        foreach (var path in Directory.EnumerateFiles(settings.Uploads, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = Path.GetRelativePath(settings.Uploads, path).Replace('\\', '/');
            try
            {
                if (File.GetLastWriteTimeUtc(path) > before || await references.ContainsAsync(session, file, cancellationToken))
                {
                    continue;
                }

                File.Delete(path);
                deleted++;
                SampleLog.FileDeleted(context.Log, file);
                await context.ReportProgressAsync(50, $"{deleted} orphaned files deleted");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                context.ItemFailed(file, exception);
            }
        }

        return deleted;
    }

    /// <summary>Removes empty directories from the leaves up; the root stays.</summary>
    private static int DeleteDirectories(string root, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var directory in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Directory.EnumerateFileSystemEntries(directory).Any())
            {
                Directory.Delete(directory);
                deleted++;
            }
        }

        return deleted;
    }
}
