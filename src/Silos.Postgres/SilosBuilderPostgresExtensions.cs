using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Postgres;
using Silos.Stores;

namespace Silos;

/// <summary>Chooses PostgreSQL as the store.</summary>
public static class SilosBuilderPostgresExtensions
{
    /// <summary>Keeps jobs and runs in PostgreSQL (13 or newer), in a schema that is made at the first start.</summary>
    /// <param name="silos">The builder.</param>
    /// <param name="connectionString">An Npgsql connection string: <c>Host=…;Database=…;Username=…;Password=…</c>.</param>
    /// <param name="configure">Changes the defaults, such as the schema.</param>
    /// <exception cref="StartupException">The connection string or an option makes no sense.</exception>
    public static ISilosBuilder UsePostgres(
        this ISilosBuilder silos, string connectionString, Action<PostgresOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silos);
        var options = new PostgresOptions();
        configure?.Invoke(options);
        var database = new Database(connectionString, options);
        silos.Services.AddSingleton<ISilosStore>(services => new PostgresStore(
            database, services.GetService<ILogger<PostgresStore>>() ?? NullLogger<PostgresStore>.Instance, services.GetServices<MigrationSet>()));
        return silos;
    }

    /// <summary>
    /// Lets a client app enqueue while no silo answers: runs go straight into the inbox of the cluster's database, under the ids that
    /// the client made, and start when a silo adopts them. The schema must exist; a client never makes it.
    /// </summary>
    /// <param name="silos">What <c>AddSilosClient(silos =&gt; …)</c> hands out.</param>
    /// <param name="connectionString">An Npgsql connection string of a user that may insert into the inbox.</param>
    /// <param name="configure">Changes the defaults, such as the schema.</param>
    /// <exception cref="StartupException">The connection string or an option makes no sense.</exception>
    public static ISilosBuilder UsePostgresFallback(
        this ISilosBuilder silos, string connectionString, Action<PostgresOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silos);
        var options = new PostgresOptions();
        configure?.Invoke(options);
        var database = new Database(connectionString, options);
        silos.Services.AddSingleton<IEnqueueFallback>(_ => new PostgresEnqueueFallback(database));
        return silos;
    }
}
