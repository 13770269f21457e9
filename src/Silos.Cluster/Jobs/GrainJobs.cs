using Microsoft.Extensions.Options;
using Silos.Engine;
using Silos.Engine.Jobs;
using Silos.Engine.Runs;
using Silos.Jobs;

namespace Silos.Cluster.Jobs;

/// <summary>What the job grains of a silo share: the engine's actors and the client over them.</summary>
internal sealed class GrainJobs
{
    private const int ReminderWrites = 16;

    private readonly JobServicesOfActor _services;
    private readonly JobActors _actors;

    public GrainJobs(
        JobServicesOfActor services,
        JobRegistrar registrar,
        Scheduling scheduling,
        Lazy<IQueueHost> queues,
        RunRequestValidation completion,
        PauseBoard pauses,
        IOptions<EngineOptions> options,
        Microsoft.Extensions.Logging.ILogger<PlanReport> reports)
    {
        // The grain takes its alarm from what its actor returns; telling it again would be a call to itself.
        _services = services with { Report = new PlanReport(new NoAlarms(), services.Planner.World, reports) };
        _actors = new JobActors(_services);
        Pauses = pauses;
        Options = options.Value;
        Client = new EngineClient(
            services.Store, new LocalJobCommands(_actors, registrar, pauses, scheduling), queues, completion, services.Validation, pauses,
            services.Planner, options, services.Clock);
    }

    /// <summary>Gets what is asked of a job by its grain, answered by the job's actor in this silo.</summary>
    public EngineClient Client { get; }

    /// <summary>Gets the pauses of tenants and of everything.</summary>
    public PauseBoard Pauses { get; }

    /// <summary>Gets the settings.</summary>
    public EngineOptions Options { get; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider Clock => _services.Clock;

    /// <summary>Gets the current instant.</summary>
    public DateTimeOffset Now => _services.Now;

    /// <summary>Gets how many reminders are written at once by this silo, so that ten thousand registrations do not swamp the reminder table.</summary>
    public SemaphoreSlim ReminderGate { get; } = new(ReminderWrites, ReminderWrites);

    /// <summary>Reads a job's row.</summary>
    public ValueTask<Job?> FindAsync(JobKey key, CancellationToken cancellationToken) => _services.Store.Jobs.FindAsync(key, cancellationToken);

    /// <summary>Decides what is due of a job; see <see cref="JobActor.DecideAsync"/>.</summary>
    public Task<DecidedJob> DecideAsync(JobKey key, Job? row, CancellationToken cancellationToken) =>
        Task.Run(() => _actors.UseAsync(key, actor => actor.DecideAsync(row, cancellationToken)), cancellationToken);

    /// <summary>Tells whether this silo can say when a job is due.</summary>
    public bool Understands(Job row) => _services.Planner.World.Understands(row.Definition);

    /// <summary>Tells whether a job's decisions depend on how its runs ended, which others write: then a row kept in memory is not enough.</summary>
    public bool DependsOnRuns(Job row) =>
        row.Definition.PauseAfterFailures is not null
        || Array.Exists(_services.Planner.World.Compile(row.Definition), schedule => schedule is { DependsOnRunEnd: true });

    private sealed class NoAlarms : IJobAlarms
    {
        public void Planned(PlannedJob planned, JobPlanOutcome outcome)
        {
        }

        public void Changed(Job job)
        {
        }
    }
}
