using Silos.Samples.Cluster.Shop;
using Silos.Workers;

namespace Silos.Samples.Cluster.Worker;

/// <summary>Confirms an order, once: whoever comes second, or late with an older token, changes nothing.</summary>
internal sealed class ConfirmOrderHandler(ShopDatabase shop) : IJob<ConfirmOrder>
{
    public const string Key = "confirm-order";

    public async Task RunAsync(ConfirmOrder payload, JobContext context, CancellationToken cancellationToken)
    {
        var order = await shop.ConfirmAsync(payload.OrderId, context.Clock.GetUtcNow(), context.FencingToken, cancellationToken)
            ?? throw new NonRetryableException($"orderId {payload.OrderId} does not exist; no retry can help.");
        context.SetResult(order);
    }
}

/// <summary>Which order to confirm; the shop writes it in SQL.</summary>
internal sealed record ConfirmOrder(long OrderId);
