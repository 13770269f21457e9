using Microsoft.Extensions.DependencyInjection;
using Silos.Engine;
using Silos.Engine.Runs;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Tests.Support;

/// <summary>The queues of a silo that owns none: everything goes through the store.</summary>
internal sealed class InboxQueueHost(ISilosStore store, [FromKeyedServices(SilosClock.Key)] TimeProvider clock) : IQueueHost
{
    private readonly RunWaiters _waiters = new(store.Reader, clock);

    public ValueTask<IReadOnlyList<EnqueueOutcome>> EnqueueAsync(IReadOnlyList<NewRun> runs, bool mayRepeat, CancellationToken cancellationToken) =>
        store.Runs.PostAsync(runs, cancellationToken);

    public void HintInbox(int partition)
    {
    }

    public void HintCancel(QueueKey queue, RunId run)
    {
    }

    public Task SettingsChangedAsync() => Task.CompletedTask;

    public ValueTask<IReadOnlyList<Blocker>> ExplainAsync(PendingRun run, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<Blocker>>([]);

    public Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) => _waiters.WaitAsync(tenant, run, null, cancellationToken);

    public Task<Run> AskAndWaitAsync(TenantId tenant, RunId run, Func<Task>? ask, CancellationToken cancellationToken) =>
        _waiters.WaitAsync(tenant, run, ask, cancellationToken);
}
