namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>A table of a configured connection.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Table">The table, as the payload writes it.</param>
/// <param name="Replace">Whether what is written replaces all rows that are there.</param>
/// <param name="Key">The columns by which a row is overwritten; empty to only add rows.</param>
internal sealed record TableEndpoint(DataConnection Connection, string Table, bool Replace, IReadOnlyList<string> Key)
    : Endpoint($"{Connection.Name}:{Table}");
