using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Silos.Engine.Duties;
using Silos.Engine.Runs;
using Silos.Engine.Telemetry;
using Silos.Engine.Workers;

namespace Silos.Engine.Queues;

/// <summary>Registers the queues' and workers' side of the engine.</summary>
internal static class QueueServices
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<HandlerRegistry>();
        services.TryAddSingleton<StoreWatch>();
        services.TryAddSingleton<Worker>();
        services.TryAddSingleton<InProcessQueueHost>();
        services.TryAddSingleton<IQueueStartup>(static provider => provider.GetRequiredService<InProcessQueueHost>());
        services.TryAddSingleton<IQueueHost>(static provider => provider.GetRequiredService<InProcessQueueHost>());
        services.TryAddSingleton<EngineGauges>();
        services.TryAddSingleton<RunTallies>();
        services.TryAddSingleton<TallyWriter>();
        services.TryAddSingleton(static provider => new NodeDrain(
            provider.GetRequiredService<IQueueStartup>(), SilosClock.Of(provider), provider.GetRequiredService<ILogger<NodeDrain>>()));
        services.TryAddSingleton<NodeFacts>();
        services.TryAddSingleton<INodes, ProcessNodes>();
        services.TryAddSingleton<RunJanitor>();
        services.TryAddSingleton<LedgerJanitor>();
        services.TryAddSingleton<ISilosHealth>(static provider => provider.GetRequiredService<SilosEngine>());
    }
}
