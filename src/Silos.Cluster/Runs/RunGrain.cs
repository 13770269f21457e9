using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Silos.Engine;
using Silos.Grains;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Cluster.Runs;

/// <summary>Answers for a run in whichever silo the call arrives.</summary>
[StatelessWorker, Reentrant, GrainType("silos.run")]
internal sealed class RunGrain(ISilosClient client, [FromKeyedServices(SilosClock.Key)] TimeProvider clock) : Grain, IRunGrain
{
    private (TenantId Tenant, RunId Run) Key
    {
        get
        {
            var text = this.GetPrimaryKeyString();
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            return slash < 0
                ? throw new InvalidException("run", text, "must be written tenant/run id")
                : (TenantId.Parse(text[..slash]), RunId.Parse(text[(slash + 1)..]));
        }
    }

    public Task<Reply<RunDetails>> GetAsync(CancellationToken cancellationToken) =>
        Answers.Of(() => client.GetRunAsync(Key.Tenant, Key.Run, cancellationToken));

    public async Task<Reply<Run>> WaitAsync(CancellationToken cancellationToken)
    {
        var reply = await Answers.Of(() => ShortWait.ForAsync(client, Key.Tenant, Key.Run, clock, cancellationToken));
        return new Reply<Run> { Value = reply.Value, Error = reply.Error };
    }

    public Task<Reply<bool>> CancelAsync(CancelRequest request, CancellationToken cancellationToken) =>
        Answers.Of(() => client.CancelAsync(Key.Tenant, Key.Run, request, cancellationToken));

    public Task<Reply<RunId>> RetryAsync(string by, CancellationToken cancellationToken) =>
        Answers.Of(() => client is EngineClient engine
            ? engine.RetryAsync(Key.Tenant, Key.Run, by, Asker.Trace, cancellationToken)
            : client.RetryAsync(Key.Tenant, Key.Run, by, cancellationToken));

    public Task<Reply<IReadOnlyList<Blocker>>> ExplainAsync(CancellationToken cancellationToken) =>
        Answers.Of(() => client.ExplainRunAsync(Key.Tenant, Key.Run, cancellationToken));
}
