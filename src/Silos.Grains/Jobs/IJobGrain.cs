using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;

namespace Silos.Grains;

/// <summary>A registered job: one grain a job, its key is <c>tenant/name</c> (<see cref="JobKey.ToString"/>).</summary>
/// <remarks>
/// Every answer is a <see cref="Reply"/>: what went wrong comes back as a value, and <see cref="Reply{T}.Get"/> throws it.
/// A call that was answered has been committed. One that timed out may have been, too; all may then be repeated
/// (a trigger with the same <see cref="TriggerOptions.Id"/>, a backfill with the same request).
/// </remarks>
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Registers the job, or changes it. Due instants already decided stand; new schedules count from now.</summary>
    /// <param name="definition">What to register; its name is that of the key.</param>
    /// <param name="source">Where it comes from; see <see cref="Job.Source"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the registration may have happened.</param>
    Task<Reply<Job>> RegisterAsync(JobDefinition definition, string source, CancellationToken cancellationToken);

    /// <summary>Reads the job with what is going on.</summary>
    Task<Reply<JobView>> GetAsync(CancellationToken cancellationToken);

    /// <summary>Runs the job now, whatever its schedule says; also a paused one.</summary>
    Task<Reply<RunId>> TriggerAsync(TriggerOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Runs the job now and waits a moment (<see cref="IRunGrain.LongestWait"/>) for the outcome: the run as it is then. If it has
    /// not ended, go on waiting with <see cref="IRunGrain.WaitAsync"/>.
    /// </summary>
    Task<Reply<Run>> TriggerAndWaitAsync(TriggerOptions options, CancellationToken cancellationToken);

    /// <summary>Stops the job from falling due. Pausing twice is pausing once: the first author and reason stay.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Reply<Job>> PauseAsync(string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Lets the job fall due again; the catch-up policy decides about the paused time.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Reply<Job>> ResumeAsync(string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Cancels the job's runs that have not ended: at once those that wait, cooperatively those that run. Answers how many there were.</summary>
    Task<Reply<int>> CancelAsync(CancelRequest request, CancellationToken cancellationToken);

    /// <summary>Shows the next due instants with the marks of daylight saving and calendars.</summary>
    /// <param name="from">After which instant; null for now.</param>
    /// <param name="count">How many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Reply<IReadOnlyList<PreviewedOccurrence>>> PreviewAsync(DateTimeOffset? from, int count, CancellationToken cancellationToken);

    /// <summary>Makes runs for the due instants of a range of the past, decided before or not, oldest first.</summary>
    /// <param name="from">First instant; may lie before the job's registration.</param>
    /// <param name="to">Last instant; not in the future.</param>
    /// <param name="dryRun">Whether only to count.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="request">Names the request: of the same one no run is made twice. Null for one of its own.</param>
    /// <param name="cancellationToken">Gives up waiting; what was begun goes on.</param>
    [ResponseTimeout("00:05:00")]
    Task<Reply<BackfillResult>> BackfillAsync(
        DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string? request, CancellationToken cancellationToken);

    /// <summary>Why the job is not running: every reason that stands in the way, the first one first; empty if nothing does.</summary>
    Task<Reply<IReadOnlyList<Blocker>>> ExplainAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the job, its ledger and the history of its definitions. Its runs stay, and those under way go on.</summary>
    Task<Reply> DeleteAsync(CancellationToken cancellationToken);
}
