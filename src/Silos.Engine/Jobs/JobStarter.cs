using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>What happens to jobs when a process starts: registrations from code are applied, start-up jobs run.</summary>
internal sealed class JobStarter(
    ISilosStore store,
    IEnumerable<JobRegistration> registrations,
    JobRegistrar registrar,
    JobActors actors,
    CodeSource code,
    Lazy<IQueueHost> queues,
    IOptions<EngineOptions> options,
    ILogger<JobStarter> logger)
{
    /// <summary>Applies the registrations made in code and deletes jobs that code registered once and does not any more.</summary>
    /// <exception cref="StartupException">A registration is wrong, or its name is taken by another source.</exception>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var tenants = registrations.GroupBy(r => r.Tenant, r => r.Definition).ToDictionary(g => g.Key, g => g.ToList());
        tenants.TryAdd(TenantId.Default, []);
        foreach (var (tenant, definitions) in tenants)
        {
            try
            {
                await registrar.ApplyAsync(tenant, definitions, code.Name, by: null, prune: true, dryRun: false, cancellationToken);
            }
            catch (InvalidException exception)
            {
                throw new StartupException($"Jobs registered in code are wrong: {Named(exception, definitions)}", exception);
            }
            catch (SilosException exception) when (exception is ConflictException or TooLargeException)
            {
                throw new StartupException($"Jobs registered in code cannot be applied: {exception.Message}", exception);
            }
        }
    }

    /// <summary>Starts the jobs that run at start and waits for those that block it, and that this process could execute itself.</summary>
    /// <exception cref="StartupException">A blocking job failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var services = actors.Services;
        var blocking = new List<(Job Job, RunId Run)>();
        foreach (var page in (await services.Startups.ListAsync(cancellationToken)).Chunk(500))
        {
            foreach (var job in await store.Jobs.ReadAsync(page, cancellationToken))
            {
                if (services.Startups.IsOne(job.Definition) && await StartAsync(job, cancellationToken) is { } run
                    && job.Definition.Startup == StartupMode.Blocking
                    && services.Planner.Handlers.FindHere(job.Definition.Handler) is { Enabled: true })
                {
                    blocking.Add((job, run));
                }
            }
        }

        if (!options.Value.Roles.HasFlag(SilosRoles.Worker))
        {
            return;
        }

        foreach (var (job, id) in blocking)
        {
            if (await EndAsync(job, id, cancellationToken) is { } run && run.State is not (RunState.Completed or RunState.Skipped))
            {
                throw new StartupException(
                    $"Start-up job '{job.Key.Name}' blocks the start and ended as {run.State.ToText()}: {run.Error?.Message ?? run.Cancel?.Reason ?? "no reason given"} "
                    + $"(run {id}). Mend it, or register it so that it does not block the start.");
            }
        }
    }

    /// <summary>Waits for the end of a run; null if it has completed and was deleted, as its job wants it.</summary>
    private async Task<Run?> EndAsync(Job job, RunId run, CancellationToken cancellationToken)
    {
        try
        {
            return await queues.Value.WaitAsync(job.Key.Tenant, run, cancellationToken);
        }
        catch (NotFoundException) when (job.Definition.Keep.DeleteOnSuccess)
        {
            return null;
        }
    }

    private static string Named(InvalidException exception, List<JobDefinition> definitions)
    {
        var problems = exception.Problems.Select(problem =>
        {
            var index = int.Parse(problem.Field.AsSpan(5, problem.Field.IndexOf(']', StringComparison.Ordinal) - 5), System.Globalization.CultureInfo.InvariantCulture);
            return $"job '{definitions[index].Name}': {problem with { Field = problem.Field[(problem.Field.IndexOf('.', StringComparison.Ordinal) + 1)..] }}";
        });
        return string.Join(" ", problems);
    }

    /// <summary>Decides the start of a job, and what else is due of it; the run that was made for the start.</summary>
    private async Task<RunId?> StartAsync(Job job, CancellationToken cancellationToken)
    {
        var services = actors.Services;
        while (services.Planner.StartFor(job) is { } start)
        {
            // A job that was registered a moment ago starts a millisecond later, which need not be waited for.
            var at = start.At > job.Cursor ? start.At : job.Cursor.AddMilliseconds(1);
            var now = services.Now;
            var planned = await services.Planner.DecideAsync(job, at > now ? at : now, cancellationToken);
            var outcome = await services.Writer.WriteAsync(planned.Plan, cancellationToken);
            if (outcome.Applied)
            {
                services.Report.Planned(planned, outcome);
                var run = planned.Plan.Occurrences.FirstOrDefault(o => o.DueAt == at)?.Run?.Run.Id;
                if (run is { } id && outcome.LetIn.Contains(id))
                {
                    return id;
                }

                if (!planned.HasMore)
                {
                    if (run is not null)
                    {
                        JobLog.StartSkipped(logger, job.Key);
                    }

                    return null;
                }
            }

            if (await store.Jobs.FindAsync(job.Key, cancellationToken) is not { } current)
            {
                return null;
            }

            job = current;
        }

        return null;
    }
}
