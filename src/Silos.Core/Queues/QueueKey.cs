namespace Silos.Queues;

/// <summary>Addresses a queue: its tenant and its name.</summary>
/// <param name="Tenant">Who owns the queue.</param>
/// <param name="Name">The queue's name, unique in the tenant.</param>
public readonly record struct QueueKey(TenantId Tenant, QueueName Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}/{Name}";
}
