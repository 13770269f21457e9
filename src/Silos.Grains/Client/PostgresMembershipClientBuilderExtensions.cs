using Microsoft.Extensions.Configuration;
using Orleans.Configuration;
using Silos.Grains;

namespace Silos;

/// <summary>Lets a client app find the silos of a cluster in the database of their store.</summary>
public static class PostgresMembershipClientBuilderExtensions
{
    /// <summary>The section of the configuration in which a silo, too, is told which cluster it belongs to.</summary>
    private const string Section = "Silos:Cluster";

    /// <summary>What silos are called that nobody gave a name.</summary>
    private const string Usual = "silos";

    /// <summary>
    /// Finds the silos in the tables that silos with <c>UsePostgresMembership</c> keep. The cluster is the one that the configuration
    /// names as it does for a silo, <c>Silos:Cluster:ClusterId</c> and <c>Silos:Cluster:ServiceId</c>, both <c>silos</c> unless set.
    /// The app needs to reach the database and, at the addresses it finds there, the silos' gateway ports.
    /// </summary>
    /// <param name="client">The Orleans client.</param>
    /// <param name="connectionString">A connection string of the silos' database, of a user that may read their schema.</param>
    /// <param name="schema">The schema of the store.</param>
    /// <exception cref="StartupException">The connection string makes no sense.</exception>
    public static IClientBuilder UsePostgresMembership(this IClientBuilder client, string connectionString, string schema = "silos")
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var own = MembershipDatabase.ConnectionString(connectionString, schema);
        var given = client.Configuration.GetSection(Section);
        client.Configure<ClusterOptions>(cluster =>
        {
            cluster.ClusterId = Named(given, nameof(cluster.ClusterId));
            cluster.ServiceId = Named(given, nameof(cluster.ServiceId));
        });
        return client.UseAdoNetClustering(options =>
        {
            options.Invariant = MembershipDatabase.Driver;
            options.ConnectionString = own;
        });
    }

    private static string Named(IConfigurationSection section, string key) =>
        section[key] is { } given && !string.IsNullOrWhiteSpace(given) ? given : Usual;
}
