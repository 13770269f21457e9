using Microsoft.Extensions.DependencyInjection;
using Silos.Sqlite;
using Silos.Stores;

namespace Silos;

/// <summary>Keeps jobs and runs in SQLite.</summary>
public static class SqliteBuilderExtensions
{
    /// <summary>
    /// Keeps jobs and runs in one SQLite file, made when the process starts if it does not exist. One process at a time may use the
    /// file. Every acknowledged write is on disk (write-ahead log, <c>synchronous=FULL</c>).
    /// </summary>
    /// <param name="silos">The builder.</param>
    /// <param name="pathOrConnectionString">
    /// The file, such as <c>silos.db</c>; relative paths count from the working directory. Or a connection string
    /// (<c>Data Source=silos.db</c>), or <c>:memory:</c> for a store that ends with the process.
    /// </param>
    /// <exception cref="InvalidException"><paramref name="pathOrConnectionString"/> is neither a path nor a connection string.</exception>
    public static ISilosBuilder UseSqlite(this ISilosBuilder silos, string pathOrConnectionString)
    {
        ArgumentNullException.ThrowIfNull(silos);

        // Made here, so that a wrong path is told where it is written and a relative one counts from where the host was built.
        var store = new SqliteStore(pathOrConnectionString);
        silos.Services.AddSingleton<ISilosStore>(_ => store);
        return silos;
    }
}
