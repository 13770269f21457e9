using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Web.StatusPage;

/// <summary>What the status page shows.</summary>
/// <param name="Now">When it was read.</param>
/// <param name="DefaultZone">The zone of schedules that name none.</param>
/// <param name="Health">How the process is doing.</param>
/// <param name="Jobs">The jobs by name, at most <see cref="MostJobs"/>.</param>
/// <param name="Queues">The queues.</param>
/// <param name="Failures">The latest failed runs.</param>
internal sealed record StatusPageModel(
    DateTimeOffset Now,
    TimeZoneInfo DefaultZone,
    SilosHealth Health,
    IReadOnlyList<JobView> Jobs,
    IReadOnlyList<QueueView> Queues,
    IReadOnlyList<Run> Failures)
{
    public const int MostJobs = 500;
    public const int MostFailures = 10;
}
