using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Demo;

/// <summary>Runs when the process starts, before anything else: creates the tables and, if they are empty, something for every job to do.</summary>
internal sealed class SeedJob(SampleDatabase database, SampleSettings settings) : IJob
{
    public const string Name = "seed-sample-data";

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await database.CreateAsync(cancellationToken);
        await using var session = await database.OpenAsync(cancellationToken);
        var rows = await session.Command("Demo/Sql/has-data").QueryAsync(static row => row.GetInt64(0), cancellationToken);
        if (rows[0] > 0)
        {
            throw new SkipRunException($"{Path.GetFileName(database.Path)} has data.");
        }

        var now = context.Clock.Now();
        await session.InTransactionAsync(
            () => session.Command("Demo/Sql/seed").With("now", now).With("old", now.AddDays(-30)).With("soon", now.AddDays(3))
                .With("begin", DateOnly.FromDateTime(now.UtcDateTime.AddMonths(-2))).ExecuteAsync(cancellationToken),
            cancellationToken);
        await AddUploadsAsync(now, cancellationToken);
    }

    /// <summary>Two uploads: a block refers to one of them.</summary>
    private async Task AddUploadsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(settings.Uploads, "2025", "01", "31");
        Directory.CreateDirectory(directory);
        foreach (var name in new[] { "kept.png", "orphan.png" })
        {
            var path = Path.Combine(directory, name);
            await File.WriteAllTextAsync(path, name, cancellationToken);
            File.SetLastWriteTimeUtc(path, now.AddDays(-1).UtcDateTime);
        }
    }
}
