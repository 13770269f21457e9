using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Hosting;

/// <summary>
/// The jobs of a process that has none: they do something one can watch within a minute, and go away as soon as there is a
/// jobs file or any other job.
/// </summary>
internal sealed partial class ExampleJobs(
    ISilosClient client, IOptions<HostSettings> settings, ILogger<ExampleJobs> logger, HostDirectory directory)
{
    /// <summary>The source that they are registered with.</summary>
    public const string Source = "example";

    /// <summary>The directory that the report works in, below the working directory.</summary>
    public const string Directory = "silos-example";

    public static IReadOnlyList<JobDefinition> Definitions { get; } =
    [
        new JobDefinition
        {
            Name = JobName.Parse("example-heartbeat"),
            Handler = ExampleHandlers.Heartbeat,
            Description = "Every ten seconds: counts the jobs and says so in its log.",
            Schedules = ["*/10 * * * * *"],
            Keep = new KeepPolicy { MaxRuns = 100 },
            Tags = ["example"],
        },
        new JobDefinition
        {
            Name = JobName.Parse("example-report"),
            Handler = "data_processing",
            Description = $"Every minute: totals {Directory}/sales.csv by region into {Directory}/totals.csv.",
            Schedules = ["@every_minute"],
            Payload = JsonText.Trusted(
                $$"""{"operation":"aggregate","source":"{{Directory}}/sales.csv","target":"{{Directory}}/totals.csv","groupBy":["region"],"sum":["amount"]}"""),
            Timeout = TimeSpan.FromSeconds(30),
            Keep = new KeepPolicy { MaxRuns = 100 },
            Tags = ["example"],
        },
        new JobDefinition
        {
            Name = JobName.Parse("example-flaky"),
            Handler = ExampleHandlers.Flaky,
            Description = "Every minute: fails twice and then succeeds, to show retries and checkpointed steps.",
            Schedules = ["30 * * * * *"],
            Retry = new RetryPolicy { MaxAttempts = 5, InitialInterval = TimeSpan.FromSeconds(1), Jitter = false },
            Keep = new KeepPolicy { MaxRuns = 100 },
            Tags = ["example"],
        },
    ];

    /// <summary>Gets whether the examples are registered.</summary>
    public bool Active { get; private set; }

    /// <summary>Registers them if they are wanted and there is no other job, else removes them.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.Examples && !await OthersAsync(cancellationToken))
        {
            WriteData();
            await client.ApplyAsync(TenantId.Default, Definitions, Source, prune: true, dryRun: false, cancellationToken);
            Active = true;
        }
        else
        {
            await RemoveAsync(cancellationToken);
        }
    }

    /// <summary>Removes them.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var result = await client.ApplyAsync(TenantId.Default, [], Source, prune: true, dryRun: false, cancellationToken);
        Active = false;
        if (result.Removed.Count > 0)
        {
            LogRemoved(logger, result.Removed.Count);
        }
    }

    private void WriteData()
    {
        try
        {
            ExampleData.Write(directory.Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNoData(logger, Directory, exception.Message);
        }
    }

    private async Task<bool> OthersAsync(CancellationToken cancellationToken)
    {
        var jobs = await client.ListAsync(
            new JobQuery(TenantId.Default, Limit: Definitions.Count + 1), cancellationToken);
        return jobs.Any(job => job.Job.Source != Source);
    }

    [LoggerMessage(2, LogLevel.Warning, "The example report will fail, because {Directory}/sales.csv cannot be written: {Error}")]
    private static partial void LogNoData(ILogger logger, string directory, string error);

    [LoggerMessage(1, LogLevel.Information, "The {Count} example jobs are gone, because there are jobs of your own")]
    private static partial void LogRemoved(ILogger logger, int count);
}
