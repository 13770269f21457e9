using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Engine.Alarms;
using Silos.Engine.Operations;
using Silos.Engine.Runs;
using Silos.Engine.Telemetry;
using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Operations;
using Silos.Secrets;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Registers the jobs' side of the engine.</summary>
internal static class JobServices
{
    public static void Add(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        // Queues and jobs talk to each other: the jobs' side looks for the queues when it first needs them.
        services.TryAddSingleton(provider => new Lazy<IQueueHost>(provider.GetRequiredService<IQueueHost>));
        services.TryAddSingleton<ScheduleWorld>();
        services.TryAddSingleton<JobValidation>();
        services.TryAddSingleton<RunRequestValidation>();
        services.TryAddSingleton<PauseBoard>();
        services.TryAddSingleton<AlarmBoard>();
        services.TryAddSingleton<IJobAlarms>(static provider => provider.GetRequiredService<AlarmBoard>());
        services.TryAddSingleton<PlanReport>();
        services.TryAddSingleton<StartupJobs>();
        services.TryAddSingleton(new CodeSource(JobSources.Code));
        services.TryAddSingleton<JobRegistrar>();
        services.TryAddSingleton<JobActors>();
        services.TryAddSingleton(StartOfProcess);
        services.TryAddSingleton(provider => new JobPlanner(
            provider.GetRequiredService<ScheduleWorld>(),
            provider.GetRequiredService<HandlerRegistry>(),
            provider.GetRequiredService<PauseBoard>(),
            provider.GetRequiredService<ProcessStart>(),
            provider.GetRequiredService<ISilosStore>().Jobs)
        {
            HostRetry = provider.GetRequiredService<IOptions<EngineOptions>>().Value.DefaultRetry,
        });
        services.TryAddSingleton(provider => new PlanWriter(
            provider.GetRequiredService<ISilosStore>().Jobs,
            provider.GetRequiredService<Lazy<IQueueHost>>(),
            provider.GetRequiredService<EngineScheduler>()));
        services.TryAddSingleton(provider => new DueJobs(
            provider.GetRequiredService<ISilosStore>(),
            provider.GetRequiredService<JobPlanner>(),
            provider.GetRequiredService<PlanWriter>(),
            provider.GetRequiredService<PlanReport>(),
            provider.GetRequiredService<PauseBoard>(),
            SilosClock.Of(provider)));
        services.TryAddSingleton(provider => new JobServicesOfActor(
            provider.GetRequiredService<ISilosStore>(),
            provider.GetRequiredService<JobPlanner>(),
            provider.GetRequiredService<PlanWriter>(),
            provider.GetRequiredService<JobValidation>(),
            provider.GetRequiredService<StartupJobs>(),
            provider.GetRequiredService<PlanReport>(),
            SilosClock.Of(provider),
            provider.GetRequiredService<EngineScheduler>(),
            provider.GetRequiredService<ILogger<JobActor>>(),
            provider.GetRequiredService<IOptions<EngineOptions>>().Value.DeploymentVersion)
        {
            Process = provider.GetRequiredService<IOptions<EngineOptions>>().Value.WorkerName,

            // The host's, which knows the host's secrets; it may come after the engine.
            Redactor = provider.GetService<Redactor>() ?? new Redactor(),
            Switch = provider.GetService<IJobSwitch>(),
        });
        services.AddOptions<AlarmOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlarmOptions>, AlarmOptionsValidator>());
        services.TryAddSingleton<QueueDepths>();
        services.TryAddSingleton<JobLook>();
        services.TryAddSingleton<AlarmBook>();
        services.TryAddSingleton<AlarmDuty>();
        services.TryAddSingleton<OperationBook>();
        services.TryAddSingleton<OperationDuty>();
        services.TryAddSingleton<JobStarter>();
        services.TryAddSingleton<InProcessJobHost>();
        services.TryAddSingleton<IJobHost>(static provider => provider.GetRequiredService<InProcessJobHost>());
        services.TryAddSingleton<IJobStartup>(static provider => provider.GetRequiredService<InProcessJobHost>());
        services.TryAddSingleton<IJobCommands>(static provider => provider.GetRequiredService<InProcessJobHost>());
        services.TryAddSingleton<ISilosClient>(static provider => new EngineClient(
            provider.GetRequiredService<ISilosStore>(),
            provider.GetRequiredService<IJobCommands>(),
            provider.GetRequiredService<Lazy<IQueueHost>>(),
            provider.GetRequiredService<RunRequestValidation>(),
            provider.GetRequiredService<JobValidation>(),
            provider.GetRequiredService<PauseBoard>(),
            provider.GetRequiredService<JobPlanner>(),
            provider.GetRequiredService<IOptions<EngineOptions>>(),
            SilosClock.Of(provider)));
    }

    /// <summary>A process is marked by when it started and a number of chance, so that no two have the same mark.</summary>
    private static ProcessStart StartOfProcess(IServiceProvider provider)
    {
        var now = SilosClock.Of(provider).Now();
        return new ProcessStart(global::Silos.Runs.RunId.New(now).ToString(), now);
    }
}
