using Microsoft.Extensions.DependencyInjection;
using Silos.Cluster.Nodes;
using Silos.Grains;

namespace Silos;

/// <summary>Keeps the list of silos and the reminders of an Orleans silo in the database of the store.</summary>
public static class PostgresMembershipSiloBuilderExtensions
{
    /// <summary>
    /// Keeps membership and reminders in PostgreSQL, in tables that the store (<c>silos.UsePostgres(…)</c>) makes with its own.
    /// The schema is brought up to date before Orleans starts, by whichever silo is first. Client apps find the silos with
    /// the method of the same name for <c>IClientBuilder</c>.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="connectionString">The connection string of the store.</param>
    /// <param name="schema">The schema of the store.</param>
    public static ISiloBuilder UsePostgresMembership(this ISiloBuilder silo, string connectionString, string schema = "silos")
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(connectionString);
        var own = MembershipDatabase.ConnectionString(connectionString, schema);
        silo.Services.AddSingleton(PostgresMembership.Tables);
        silo.UseAdoNetClustering(options =>
        {
            options.Invariant = MembershipDatabase.Driver;
            options.ConnectionString = own;
        });
        silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = MembershipDatabase.Driver;
            options.ConnectionString = own;
        });
        return silo;
    }
}
