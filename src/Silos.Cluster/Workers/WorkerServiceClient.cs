using Orleans.Runtime.Services;

namespace Silos.Cluster.Workers;

/// <summary>Finds the service of a silo.</summary>
internal sealed class WorkerServiceClient(IServiceProvider services) : GrainServiceClient<IWorkerService>(services)
{
    /// <summary>Gets the service of a silo.</summary>
    public IWorkerService Of(SiloAddress silo) => GetGrainService(silo);
}
