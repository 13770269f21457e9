using Orleans.Services;

namespace Silos.Cluster.Nodes;

/// <summary>What one silo tells another: there is one in every silo.</summary>
internal interface INodeService : IGrainService
{
    /// <summary>Settings or pauses changed in the store. Completes when they are obeyed in this silo.</summary>
    Task SettingsChangedAsync();
}
