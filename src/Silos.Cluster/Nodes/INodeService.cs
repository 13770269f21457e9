using Orleans.Services;
using Silos.Runs;

namespace Silos.Cluster.Nodes;

/// <summary>What one silo tells another: there is one in every silo.</summary>
internal interface INodeService : IGrainService
{
    /// <summary>Settings or pauses changed in the store. Completes when they are obeyed in this silo.</summary>
    Task SettingsChangedAsync();

    /// <summary>Tells whether the store answers this silo within a moment.</summary>
    Task<bool> ReachesStoreAsync();

    /// <summary>Finds a run that completed in this silo a moment ago and was deleted, or null.</summary>
    Task<Run?> FindEndedAsync(TenantId tenant, RunId run);

    /// <summary>Says what this silo is and does.</summary>
    Task<NodeView> DescribeAsync();

    /// <summary>Takes no more runs, because somebody wants that.</summary>
    Task DrainAsync(string by, string? reason);

    /// <summary>Takes runs again. False if this silo is stopping.</summary>
    Task<bool> ResumeAsync(string by);
}
