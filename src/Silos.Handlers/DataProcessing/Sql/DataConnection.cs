using System.Data.Common;

namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>A database that payloads may name.</summary>
internal sealed record DataConnection(
    string Name, Func<DbConnection> Create, bool AllowQueries, IReadOnlyCollection<string>? Tables)
{
    public bool Allows(string table) => Tables is null || Tables.Contains(table);
}
