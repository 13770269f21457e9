using Microsoft.Extensions.Logging;
using Orleans.Runtime.Services;
using Silos.Runs;

namespace Silos.Cluster.Nodes;

/// <summary>Tells all other silos something.</summary>
internal sealed partial class NodeClient(IServiceProvider services, ClusterNodes nodes, TimeProvider clock, ILogger<NodeClient> logger)
    : GrainServiceClient<INodeService>(services)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Says that settings or pauses changed in the store. Completes when every silo that can be reached obeys them; one that
    /// cannot reads them within its sweep interval.
    /// </summary>
    public Task SettingsChangedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(nodes.Active().Where(silo => !silo.Equals(nodes.Local)).Select(silo => TellAsync(silo, cancellationToken)));

    /// <summary>Tells whether the store answers another silo.</summary>
    public async Task<bool> ReachStoreAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(nodes.Active().Where(silo => !silo.Equals(nodes.Local)).Select(AskAsync));
        return Array.Exists(answers, reaches => reaches);

        async Task<bool> AskAsync(SiloAddress silo)
        {
            try
            {
                return await GetGrainService(silo).ReachesStoreAsync().WaitAsync(Patience, clock, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotAskedForStore(silo, exception);
                return false;
            }
        }
    }

    /// <summary>Asks the others for a run that completed a moment ago and was deleted; null if nobody who answers remembers it.</summary>
    public async Task<Run?> FindEndedAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(nodes.Active().Where(silo => !silo.Equals(nodes.Local)).Select(AskAsync));
        return Array.Find(answers, answer => answer is not null);

        async Task<Run?> AskAsync(SiloAddress silo)
        {
            try
            {
                return await GetGrainService(silo).FindEndedAsync(tenant, run).WaitAsync(Patience, clock, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotAsked(silo, exception);
                return null;
            }
        }
    }

    /// <summary>Gets what a silo hears, this one too.</summary>
    public INodeService Of(SiloAddress silo) => GetGrainService(silo);

    private async Task TellAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        try
        {
            await GetGrainService(silo).SettingsChangedAsync().WaitAsync(Patience, clock, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotTold(silo, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Silo {Silo} was not told of changed settings; it reads them at its next sweep")]
    private partial void LogNotTold(SiloAddress silo, Exception exception);

    [LoggerMessage(LogLevel.Debug, "Silo {Silo} did not say whether the store answers it")]
    private partial void LogNotAskedForStore(SiloAddress silo, Exception exception);

    [LoggerMessage(LogLevel.Debug, "Silo {Silo} was not asked for a run that ended")]
    private partial void LogNotAsked(SiloAddress silo, Exception exception);
}
