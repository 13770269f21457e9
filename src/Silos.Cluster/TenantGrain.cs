using Orleans.Concurrency;
using Silos.Engine;
using Silos.Grains;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster;

/// <summary>Answers for a tenant in whichever silo the call arrives.</summary>
[StatelessWorker, Reentrant, GrainType("silos.tenant")]
internal sealed class TenantGrain(ISilosClient client) : Grain, ITenantGrain
{
    private TenantId Tenant => TenantId.Parse(this.GetPrimaryKeyString());

    public Task<Reply<EnqueueOutcome>> EnqueueAsync(RunRequest request, bool mayRepeat, CancellationToken cancellationToken) => Answers.Of(() =>
    {
        Own(request.Tenant);
        return client is EngineClient engine
            ? engine.EnqueueAsync(request, mayRepeat, cancellationToken)
            : client.EnqueueAsync(request, cancellationToken);
    });

    public Task<Reply<byte[]>> EnqueueManyAsync(byte[] block, bool mayRepeat, CancellationToken cancellationToken) => Answers.Of(async () =>
    {
        var requests = EnqueueBlock.Read(block);
        for (var i = 0; i < requests.Count; i++)
        {
            Own(requests[i].Tenant);
        }

        return EnqueueBlock.WriteOutcomes(await (client is EngineClient engine
            ? engine.EnqueueManyAsync(requests, mayRepeat, cancellationToken)
            : client.EnqueueManyAsync(requests, cancellationToken)));
    });

    public Task<Reply<ApplyResult>> ApplyAsync(ApplyRequest request, CancellationToken cancellationToken) => Answers.Of(() =>
        client.ApplyAsync(Tenant, request.Definitions, request.Source, request.By, request.Prune, request.DryRun, cancellationToken));

    public Task<Reply<IReadOnlyList<JobView>>> ListJobsAsync(JobQuery query, CancellationToken cancellationToken) => Answers.Of(() =>
    {
        Own(query.Tenant);
        return client.ListAsync(query, cancellationToken);
    });

    public Task<Reply<IReadOnlyList<Run>>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) => Answers.Of(() =>
    {
        Own(query.Tenant);
        return client.ListRunsAsync(query, cancellationToken);
    });

    public Task<Reply<IReadOnlyList<QueueView>>> ListQueuesAsync(CancellationToken cancellationToken) =>
        Answers.Of(() => client.ListQueuesAsync(Tenant, cancellationToken));

    public Task<Reply> PauseAllAsync(bool everything, string by, string? reason, CancellationToken cancellationToken) =>
        Answers.Of(() => client.PauseAllAsync(everything ? null : Tenant, by, reason, cancellationToken));

    public Task<Reply> ResumeAllAsync(bool everything, string by, CancellationToken cancellationToken) =>
        Answers.Of(() => client.ResumeAllAsync(everything ? null : Tenant, by, cancellationToken));

    public Task<Reply<bool>> IsHealthyAsync(CancellationToken cancellationToken) =>
        Answers.Of(() => client.IsHealthyAsync(cancellationToken));

    /// <summary>The address says whose it is; a request that says otherwise is refused, not obeyed.</summary>
    private void Own(TenantId tenant)
    {
        if (tenant != Tenant)
        {
            throw new InvalidException("tenant", tenant.Value, $"must be '{Tenant}', the tenant of the grain that was called");
        }
    }
}
