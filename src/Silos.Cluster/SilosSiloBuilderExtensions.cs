using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Silos.Cluster;
using Silos.Cluster.Jobs;
using Silos.Cluster.Nodes;
using Silos.Cluster.Queues;
using Silos.Cluster.Time;
using Silos.Cluster.Workers;
using Silos.Engine;
using Silos.Engine.Jobs;
using Silos.Engine.Workers;
using Silos.Grains.Wire;

namespace Silos;

/// <summary>Adds Silos to an Orleans silo.</summary>
public static class SilosSiloBuilderExtensions
{
    /// <summary>
    /// Adds the engine to a silo: every job is a grain, kept awake by a reminder. A store that several processes may share has to be
    /// added as well (<c>silos.UsePostgres(…)</c>), and to the silo a membership and a reminder table.
    /// </summary>
    /// <remarks>
    /// A silo without the role <c>scheduler</c> hosts no job grains. <c>@reboot</c> fires once for every
    /// <see cref="EngineOptions.DeploymentVersion"/>; without one, once in a job's life.
    /// </remarks>
    /// <param name="silo">The silo.</param>
    /// <param name="configure">Registers jobs, handlers and the store.</param>
    public static ISiloBuilder AddSilos(this ISiloBuilder silo, Action<ISilosBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var services = silo.Services;
        ContractServices.Add(services, typeof(JobGrain).Assembly);
        silo.AddReminders();
        if (!services.Any(service => service.ServiceType == typeof(ClusterHost)))
        {
            AddJobs(services);
            AddQueues(services);
            services.AddSingleton<ClusterHost>();
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<ClusterHost>());
            services.AddHostedService(static provider => provider.GetRequiredService<ClusterHost>());
            services.AddSingleton<ClusterHealth>();
            services.AddSingleton<ISilosHealth>(static provider => provider.GetRequiredService<ClusterHealth>());
            services.AddSingleton<LocalNode>();
            services.AddSingleton<INodes>(static provider => ActivatorUtilities.CreateInstance<SiloNodes>(provider, SilosClock.Of(provider)));
            services.AddSingleton<SiloNames>();
            services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<DeadNeighbours>(provider, SilosClock.Of(provider)));
            AddClock(services);
            AddLostStore(services);
            services.AddGrainService<NodeService>();
            services.AddGrainService<WorkerService>();
            services.AddOptions<GrainTypeOptions>().PostConfigure<IOptions<EngineOptions>>(static (types, engine) =>
            {
                if (!engine.Value.Roles.HasFlag(SilosRoles.Scheduler))
                {
                    types.Classes.Remove(typeof(JobGrain));
                    types.Classes.Remove(typeof(QueuePartitionGrain));
                }
            });
        }

        // What was added above stays: the engine's own hosts of actors are only taken where there are none.
        services.AddEngine();
        configure?.Invoke(new SilosBuilder(services));
        return silo;
    }

    private static void AddClock(IServiceCollection services)
    {
        services.AddSingleton(static provider => new SlewedClock(provider.GetKeyedService<TimeProvider>(SilosClock.MachineKey) ?? SilosClock.Fallback));
        services.TryAddKeyedSingleton<TimeProvider>(SilosClock.Key, static (provider, _) => provider.GetRequiredService<SlewedClock>());
        services.AddSingleton<ClockKeeper>();
    }

    private static void AddLostStore(IServiceCollection services)
    {
        services.AddSingleton<StoreProbe>();
        services.AddSingleton(static provider => new LostStore(
            cancellationToken => provider.GetRequiredService<StoreProbe>().AnswersAsync(LostStore.Question, cancellationToken),
            provider.GetRequiredService<NodeClient>().ReachStoreAsync,
            reason => provider.GetRequiredService<IFatalErrorHandler>().OnFatalException(null, reason, null),
            SilosClock.Of(provider),
            provider.GetRequiredService<EngineScheduler>(),
            provider.GetRequiredService<StoreWatch>(),
            provider.GetRequiredService<ILogger<LostStore>>()));
    }

    private static void AddQueues(IServiceCollection services)
    {
        services.AddSingleton<AttemptRoutes>();
        services.AddSingleton<HandlerGates>();
        services.AddSingleton<Isolation>();
        services.AddSingleton<LocalWorker>();
        services.AddSingleton<WorkerServiceClient>();
        services.AddSingleton<PartitionBoard>();
        services.AddSingleton<PartitionKeeper>();
        services.AddSingleton<WorkerKeeper>();
        services.AddSingleton<ClusterQueueHost>();
        services.AddSingleton<WorkerDirectory>();
        services.AddSingleton<IHandlersElsewhere>(static provider => provider.GetRequiredService<WorkerDirectory>());
        services.AddSingleton<IQueueHost>(static provider => provider.GetRequiredService<ClusterQueueHost>());
        services.AddSingleton<IQueueStartup>(static provider => provider.GetRequiredService<ClusterQueueHost>());

        // What knows each other both ways finds the other when it first needs it.
        services.AddSingleton(static provider => new Lazy<WorkerServiceClient>(provider.GetRequiredService<WorkerServiceClient>));
        services.AddSingleton(static provider => new Lazy<PartitionKeeper>(provider.GetRequiredService<PartitionKeeper>));
        services.AddSingleton(static provider => new Lazy<IJobHost>(provider.GetRequiredService<IJobHost>));
        services.AddPlacementDirector<PartitionPlacement, PartitionPlacementDirector>();

        // The name says where the silo is, so that whoever reads it in a claim can ask it.
        services.AddOptions<EngineOptions>().PostConfigure<ILocalSiloDetails>(static (engine, silo) =>
            engine.WorkerName = WorkerDirectory.NameOf(silo.Name, silo.SiloAddress));
    }

    private static void AddJobs(IServiceCollection services)
    {
        services.AddSingleton<Scheduling>();

        // The program, not the host's application name, which some (Orleans' own test host for one) set to something else in each silo.
        services.AddSingleton(static provider => CodeSource.Of(
            Assembly.GetEntryAssembly()?.GetName().Name ?? provider.GetRequiredService<IHostEnvironment>().ApplicationName));
        services.AddSingleton<GrainAlarms>();
        services.AddSingleton<IJobAlarms>(static provider => provider.GetRequiredService<GrainAlarms>());
        services.AddSingleton<GrainJobs>();
        services.AddSingleton<JobSweep>();
        services.AddSingleton<ClusterNodes>();
        services.AddSingleton(static provider => new NodeClient(
            provider,
            provider.GetRequiredService<ClusterNodes>(),
            SilosClock.Of(provider),
            provider.GetRequiredService<ILogger<NodeClient>>()));
        services.AddSingleton<ClusterJobHost>();
        services.AddSingleton<IJobHost>(static provider => provider.GetRequiredService<ClusterJobHost>());
        services.AddSingleton<IJobStartup>(static provider => provider.GetRequiredService<ClusterJobHost>());
        services.AddSingleton<IJobCommands>(static provider => provider.GetRequiredService<ClusterJobHost>());
        services.AddSingleton(static provider => new Silos.Jobs.ProcessStart(
            provider.GetRequiredService<IOptions<EngineOptions>>().Value.DeploymentVersion, SilosClock.Of(provider).Now())
        {
            IsVersion = true,
        });
    }
}
