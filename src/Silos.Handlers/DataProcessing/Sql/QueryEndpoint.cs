namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>What a payload's own SQL reads.</summary>
internal sealed record QueryEndpoint(DataConnection Connection, string Query) : Endpoint($"{Connection.Name}:query");
