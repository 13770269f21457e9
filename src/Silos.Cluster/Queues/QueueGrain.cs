using Orleans.Concurrency;
using Silos.Grains;
using Silos.Queues;
using Silos.Stores;

namespace Silos.Cluster.Queues;

/// <summary>Answers for a queue in whichever silo the call arrives.</summary>
[StatelessWorker, Reentrant, GrainType("silos.queue")]
internal sealed class QueueGrain(ISilosClient client) : Grain, IQueueGrain
{
    private QueueKey Key
    {
        get
        {
            var text = this.GetPrimaryKeyString();
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            return slash < 0
                ? throw new InvalidException("queue", text, "must be written tenant/queue")
                : new QueueKey(TenantId.Parse(text[..slash]), QueueName.Parse(text[(slash + 1)..]));
        }
    }

    public Task<Reply<QueueView>> GetAsync(CancellationToken cancellationToken) => Answers.Of(async () =>
    {
        var key = Key;
        var queues = await client.ListQueuesAsync(key.Tenant, cancellationToken);
        return queues.FirstOrDefault(queue => queue.Queue == key)
            ?? new QueueView(key, null, QueueLimits.None, new QueueDepth(key, 0, 0, 0, null));
    });

    public Task<Reply> PauseAsync(string by, string? reason, CancellationToken cancellationToken) =>
        Answers.Of(() => client.PauseQueueAsync(Key, by, reason, cancellationToken));

    public Task<Reply> ResumeAsync(string by, CancellationToken cancellationToken) =>
        Answers.Of(() => client.ResumeQueueAsync(Key, by, cancellationToken));

    public Task<Reply> SetLimitsAsync(QueueLimits limits, CancellationToken cancellationToken) =>
        Answers.Of(() => client.SetQueueLimitsAsync(Key, limits, cancellationToken));
}
