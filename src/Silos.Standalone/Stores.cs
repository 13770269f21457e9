using Silos.Hosting;

namespace Silos.Standalone;

/// <summary>The stores that this host can keep everything in.</summary>
internal static class Stores
{
    /// <summary>Adds the store that was chosen.</summary>
    public static ISilosBuilder UseStore(this ISilosBuilder silos, StoreChoice store) => store.Kind switch
    {
        StoreKind.Postgres => silos.UsePostgres(store.Target),
        _ => silos.UseSqlite(store.Target),
    };
}
