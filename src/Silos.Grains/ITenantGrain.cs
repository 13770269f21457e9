using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Grains;

/// <summary>What belongs to a tenant as a whole; its key is the tenant. Answered by whichever silo is asked, as <see cref="IJobGrain"/> does.</summary>
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks for a run that belongs to no job; answers after the commit. Give it an id (<see cref="RunId.New"/>) before the first
    /// try, then repeating the call is safe. The request's tenant must be the grain's.
    /// </summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="mayRepeat">Whether its id may have been used before: true for every try but the first of a new id. Costs a look into the history.</param>
    /// <param name="cancellationToken">Gives up waiting; the run may have been stored.</param>
    Task<Reply<EnqueueOutcome>> EnqueueAsync(RunRequest request, bool mayRepeat, CancellationToken cancellationToken);

    /// <summary>Asks for many runs in one commit, all or none.</summary>
    /// <param name="block">The requests, written by <see cref="EnqueueBlock.Write(IReadOnlyList{RunRequest})"/>.</param>
    /// <param name="mayRepeat">Whether some of their ids may have been used before.</param>
    /// <param name="cancellationToken">Gives up waiting; the runs may have been stored.</param>
    /// <returns>What became of each, to be read with <see cref="EnqueueBlock.ReadOutcomes"/>.</returns>
    Task<Reply<byte[]>> EnqueueManyAsync(byte[] block, bool mayRepeat, CancellationToken cancellationToken);

    /// <summary>Makes the jobs of a source exactly those that are named.</summary>
    [ResponseTimeout("00:05:00")]
    Task<Reply<ApplyResult>> ApplyAsync(ApplyRequest request, CancellationToken cancellationToken);

    /// <summary>Lists jobs by name. The query's tenant must be the grain's.</summary>
    Task<Reply<IReadOnlyList<JobView>>> ListJobsAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>Lists runs, newest first. The query's tenant must be the grain's.</summary>
    Task<Reply<IReadOnlyList<Run>>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Lists the queues with settings and depth.</summary>
    Task<Reply<IReadOnlyList<QueueView>>> ListQueuesAsync(CancellationToken cancellationToken);

    /// <summary>Pauses everything of the tenant, or everything at all: nothing falls due and nothing starts.</summary>
    /// <param name="everything">Whether all tenants are meant.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Reply> PauseAllAsync(bool everything, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Ends <see cref="PauseAllAsync"/>.</summary>
    /// <param name="everything">Whether all tenants are meant.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Reply> ResumeAllAsync(bool everything, string by, CancellationToken cancellationToken);

    /// <summary>Tells whether the answering silo's store answers and its scheduler runs.</summary>
    Task<Reply<bool>> IsHealthyAsync(CancellationToken cancellationToken);
}
