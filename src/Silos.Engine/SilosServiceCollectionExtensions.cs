using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Silos.Engine;
using Silos.Engine.Jobs;
using Silos.Engine.Queues;
using Silos.Schedules;

namespace Silos;

/// <summary>Adds Silos to any .NET host.</summary>
public static class SilosServiceCollectionExtensions
{
    /// <summary>
    /// Adds the engine: jobs, queues and workers in this process. A store has to be added as well, for example with
    /// <c>silos.UseSqlite("silos.db")</c>. May be called several times; what was registered adds up.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Registers jobs, handlers and the store.</param>
    public static IServiceCollection AddSilos(this IServiceCollection services, Action<ISilosBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddEngine();
        services.TryAddSingleton<SilosHost>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SilosHost>(
            static provider => provider.GetRequiredService<SilosHost>()));
        configure?.Invoke(new SilosBuilder(services));
        return services;
    }

    /// <summary>Adds the parts of the engine without what starts them. What a host of actors registered before stays.</summary>
    internal static void AddEngine(this IServiceCollection services)
    {
        services.AddOptions<EngineOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EngineOptions>, EngineOptionsValidator>());
        services.TryAddKeyedSingleton(SilosClock.Key, (provider, _) => SilosClock.Fallback);
        services.TryAddSingleton(EngineScheduler.Default);
        services.TryAddSingleton<ScheduleDirectory>();
        services.TryAddSingleton<Func<ScheduleEnvironment>>(
            static provider => () => provider.GetRequiredService<ScheduleDirectory>().Current);
        QueueServices.Add(services);
        JobServices.Add(services);
        services.TryAddSingleton<SilosEngine>();
    }

    /// <summary>Changes the engine's settings in code.</summary>
    public static ISilosBuilder Configure(this ISilosBuilder silos, Action<EngineOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silos);
        silos.Services.Configure(configure);
        return silos;
    }
}
