using System.Globalization;

namespace Silos.Sqlite.Storage;

/// <summary>Brings a database up to date: numbered files, forward only, all of what is missing in one transaction.</summary>
internal static class Schema
{
    private const string VersionTable = "schema_version";

    /// <summary>Applies the migrations that are missing.</summary>
    /// <exception cref="StartupException">The database is newer than this version of Silos, or belongs to something else.</exception>
    public static void Migrate(Connection connection, Location location)
    {
        connection.Execute(SqlText.Schema.Begin);
        try
        {
            var tables = connection.Prepare(SqlText.Schema.Tables).ReadAll(row => row.Text(0));
            if (tables.Count > 0 && !tables.Contains(VersionTable))
            {
                throw new StartupException(
                    $"The SQLite database '{location.Path}' belongs to something else: it has the tables {string.Join(", ", tables)}. Give another path.");
            }

            connection.ExecuteScript(SqlText.Schema.CreateVersion);
            Apply(connection, location, Resource.List("Migrations"));
            connection.Execute(SqlText.Schema.Commit);
        }
        catch
        {
            if (connection.InTransaction)
            {
                connection.Execute(SqlText.Schema.Rollback);
            }

            throw;
        }
    }

    private static void Apply(Connection connection, Location location, IReadOnlyList<string> migrations)
    {
        var current = connection.Prepare(SqlText.Schema.Version).ReadFirst(row => row.Long(0));
        var known = Number(migrations[^1]);
        if (current > known)
        {
            throw new StartupException(
                $"The SQLite database '{location.Path}' has schema version {current}; this version of Silos knows up to {known}. Start the newer version of Silos, or give another path.");
        }

        foreach (var migration in migrations.Where(name => Number(name) > current))
        {
            connection.ExecuteScript(Resource.Read(migration));
            connection.Prepare(SqlText.Schema.Applied).Bind(Number(migration)).Bind(migration["Migrations/".Length..]).Execute();
        }
    }

    private static long Number(string migration) =>
        long.Parse(migration.AsSpan("Migrations/".Length, 4), NumberStyles.None, CultureInfo.InvariantCulture);
}
