using Orleans.Services;

namespace Silos.Cluster.Workers;

/// <summary>What silos ask of each other: one service a silo, addressed by the silo.</summary>
internal interface IWorkerService : IGrainService
{
    /// <summary>Gets what the silo says about itself.</summary>
    Task<WorkerFacts> FactsAsync();

    /// <summary>Hears what another silo says about itself.</summary>
    Task HeardAsync(string silo, WorkerFacts facts);

    /// <summary>Lends runs to the silo's worker.</summary>
    Task<LendAnswer> LendAsync(LendMessage message);

    /// <summary>Tells an attempt of the silo's worker to stop.</summary>
    Task StopAsync(StopMessage message);

    /// <summary>Asks what became of attempts that the silo's worker was given, and says who owns their partition now.</summary>
    Task<ReportMessage> AskAsync(AskMessage message);
}
