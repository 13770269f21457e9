using Npgsql;

namespace Silos.Grains;

/// <summary>How Orleans reaches its own tables, from silos and from client apps: they lie in the schema of the store.</summary>
internal static class MembershipDatabase
{
    /// <summary>The name by which Orleans knows the driver.</summary>
    public const string Driver = "Npgsql";

    /// <summary>Seconds. Membership has to find out soon that the database does not answer, and asks again anyway.</summary>
    private const int Patience = 5;

    /// <summary>A process asks for a row or two at a time; what is over is kept for the jobs.</summary>
    private const int Connections = 10;

    /// <summary>Makes the connection string for Orleans: the same database, with the schema first in the search path.</summary>
    /// <exception cref="StartupException">The connection string makes no sense.</exception>
    public static string ConnectionString(string connectionString, string schema)
    {
        var own = new NpgsqlConnectionStringBuilder(Checked(connectionString))
        {
            SearchPath = $"{schema},pg_temp",

            // Instants that come without a zone are in UTC.
            Timezone = "UTC",
            Timeout = Patience,
            CommandTimeout = Patience,
            MaxPoolSize = Connections,
            Enlist = false,
        };
        own.ApplicationName ??= "silos membership";
        return own.ConnectionString;
    }

    private static string Checked(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString).ConnectionString;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new StartupException("The connection string of PostgreSQL is not valid: " + exception.Message, exception);
        }
    }
}
