namespace Silos.Samples.Cluster.Shop;

/// <summary>What somebody wants to buy.</summary>
/// <param name="Item">The item.</param>
/// <param name="Pieces">How many.</param>
internal sealed record OrderRequest(string Item, int Pieces);

/// <summary>An order.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Item">The item.</param>
/// <param name="Pieces">How many.</param>
/// <param name="Run">The run that confirms it.</param>
/// <param name="ConfirmedAt">When it was confirmed; null until then.</param>
internal sealed record Order(long Id, string Item, int Pieces, Guid Run, DateTimeOffset? ConfirmedAt);
