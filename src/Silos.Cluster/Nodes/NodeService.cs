using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Silos.Cluster.Jobs;
using Silos.Cluster.Queues;
using Silos.Engine;
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

    public Task<NodeView> DescribeAsync() => Task.FromResult(services.GetRequiredService<LocalNode>().Describe());

    public Task DrainAsync(string by, string? reason) => services.GetRequiredService<NodeDrain>().BeginAsync(by, reason, CancellationToken.None);

    public async Task<bool> ResumeAsync(string by)
    {
        try
        {
            await services.GetRequiredService<NodeDrain>().EndAsync(by, CancellationToken.None);
            return true;
        }
        catch (ConflictException)
        {
            return false;
        }
    }

    public Task<Run?> FindEndedAsync(TenantId tenant, RunId run) => Task.FromResult(services.GetRequiredService<PartitionBoard>().FindEnded(tenant, run));
}
