using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Silos.Cluster.Jobs;
using Silos.Cluster.Queues;
using Silos.Engine.Jobs;
using Silos.Runs;

namespace Silos.Cluster.Nodes;

/// <summary>Hears what other silos tell this one.</summary>
[Reentrant]
internal sealed class NodeService(GrainId id, Silo silo, ILoggerFactory loggers, IServiceProvider services)
    : GrainService(id, silo, loggers), INodeService
{
    public async Task SettingsChangedAsync()
    {
        await services.GetRequiredService<PauseBoard>().ReloadAsync(CancellationToken.None);
        await services.GetRequiredService<PartitionBoard>().SettingsChangedAsync();
        services.GetRequiredService<ClusterJobHost>().Look();
    }

    public Task<bool> ReachesStoreAsync() => services.GetRequiredService<StoreProbe>().AnswersAsync(LostStore.Question, CancellationToken.None);

    public Task<Run?> FindEndedAsync(TenantId tenant, RunId run) => Task.FromResult(services.GetRequiredService<PartitionBoard>().FindEnded(tenant, run));
}
