using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>Deciding what is due, for a host that keeps the job's row in memory between two due instants.</summary>
internal sealed partial class JobActor
{
    /// <summary>Decides what is due, as often as needed to decide it all, and reads nothing as long as the given row is current.</summary>
    /// <param name="row">The job's row as the caller knows it; null to read it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<DecidedJob> DecideAsync(Job? row, CancellationToken cancellationToken) => DoAsync(
        async () =>
        {
            var job = row ?? await Store.FindAsync(Key, cancellationToken);
            var written = false;
            for (var tries = 0; job is not null && tries < Tries;)
            {
                var planned = await services.Planner.DecideAsync(job, services.Now, cancellationToken);
                if (!planned.IsWorthWriting)
                {
                    return new DecidedJob(job, written);
                }

                var outcome = await services.Writer.WriteAsync(planned.Plan, cancellationToken);
                if (!outcome.Applied)
                {
                    Overtaken(job);
                    tries++;
                    job = await Store.FindAsync(Key, cancellationToken);
                    continue;
                }

                services.Report.Planned(planned, outcome);
                job = planned.Written(outcome);
                written = true;
                if (!planned.HasMore)
                {
                    return new DecidedJob(job, written);
                }
            }

            return job is null ? new DecidedJob(null, written) : throw TooBusy();
        },
        cancellationToken);
}

/// <summary>What became of a look at a job.</summary>
/// <param name="Row">The row as it is then; null if the job was deleted.</param>
/// <param name="Written">Whether there was something to decide and it was decided here, not by somebody else at the same moment.</param>
internal readonly record struct DecidedJob(Job? Row, bool Written);
