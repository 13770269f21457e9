using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Silos.Cluster.Workers;

/// <summary>Answers what other silos ask.</summary>
[Reentrant]
internal sealed class WorkerService(GrainId id, Silo silo, ILoggerFactory loggers, IServiceProvider services)
    : GrainService(id, silo, loggers), IWorkerService
{
    private readonly AttemptRoutes _routes = services.GetRequiredService<AttemptRoutes>();
    private readonly LocalWorker _node = services.GetRequiredService<LocalWorker>();

    public Task<WorkerFacts> FactsAsync() => Task.FromResult(_node.Facts());

    public Task HeardAsync(string silo, WorkerFacts facts)
    {
        services.GetRequiredService<WorkerKeeper>().Heard(SiloAddress.FromParsableString(silo), facts);
        return Task.CompletedTask;
    }

    public Task<LendAnswer> LendAsync(LendMessage message) => Task.FromResult(_node.Take(message));

    public Task StopAsync(StopMessage message)
    {
        _routes.Of(message.Partition).Stop(message);
        return Task.CompletedTask;
    }

    public Task<ReportMessage> AskAsync(AskMessage message) =>
        Task.FromResult(new ReportMessage(_node.Worker, _routes.Of(message.Owner.Partition).Ask(message)));
}
