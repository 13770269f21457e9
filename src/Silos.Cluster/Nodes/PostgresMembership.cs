using Silos.Stores;

namespace Silos.Cluster.Nodes;

/// <summary>Orleans' own tables: they lie in the schema of the store, brought there by the store's migrations.</summary>
internal static class PostgresMembership
{
    /// <summary>Gets Orleans' tables as the store applies them.</summary>
    public static MigrationSet Tables { get; } =
        MigrationSet.FromResources("orleans", "postgres", typeof(PostgresMembership).Assembly, "Migrations");
}
