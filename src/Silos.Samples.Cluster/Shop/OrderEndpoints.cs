using Silos.Runs;

namespace Silos.Samples.Cluster.Shop;

/// <summary>Orders: an own row and a run in one transaction.</summary>
internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        app.MapPost("/orders", async (OrderRequest request, ShopDatabase shop, CancellationToken cancellationToken) =>
        {
            if (string.IsNullOrWhiteSpace(request.Item) || request.Pieces < 1)
            {
                throw new InvalidException("pieces", request.Pieces, "must be at least 1, of an item");
            }

            var order = await shop.PlaceAsync(request, cancellationToken);
            return Results.Accepted($"/orders/{order.Id}", order);
        });

        // Waiting is asking for the outcome of the run: whichever silo executes it, and if it moves to another one meanwhile.
        app.MapGet("/orders/{id:long}", async (long id, string? wait, ShopDatabase shop, ISilosClient silos, CancellationToken cancellationToken) =>
        {
            var order = await shop.FindAsync(id, cancellationToken);
            if (wait is not null && order.ConfirmedAt is null)
            {
                await Patience.WaitAsync(wait, token => silos.WaitAsync(TenantId.Default, new RunId(order.Run), token), cancellationToken);
                order = await shop.FindAsync(id, cancellationToken);
            }

            return order;
        });
    }
}
