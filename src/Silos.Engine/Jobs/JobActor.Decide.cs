using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>Deciding what is due, for a host that keeps the job's row in memory between two due instants.</summary>
internal sealed partial class JobActor
{
    /// <summary>Decides what is due, as often as needed to decide it all, and reads nothing as long as the given row is current.</summary>
    /// <param name="row">The job's row as the caller knows it; null to read it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The row as it is then; null if the job was deleted.</returns>
    public Task<Job?> DecideAsync(Job? row, CancellationToken cancellationToken) => DoAsync<Job?>(
        async () =>
        {
            var job = row ?? await Store.FindAsync(Key, cancellationToken);
            for (var tries = 0; job is not null && tries < Tries;)
            {
                var planned = await services.Planner.DecideAsync(job, services.Now, cancellationToken);
                if (!planned.IsWorthWriting)
                {
                    return job;
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
                if (!planned.HasMore)
                {
                    return job;
                }
            }

            return job is null ? null : throw TooBusy();
        },
        cancellationToken);
}
