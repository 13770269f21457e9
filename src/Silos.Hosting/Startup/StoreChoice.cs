using System.Data.Common;
using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>Where this process keeps everything.</summary>
/// <param name="Kind">The kind of store.</param>
/// <param name="Target">The full path of the SQLite file, or the connection string of PostgreSQL.</param>
/// <param name="Description">What to call it; never with a password.</param>
public sealed record StoreChoice(StoreKind Kind, string Target, string Description)
{
    private const string ConnectionKey = "ConnectionStrings:Silos";

    // Never opened: the problem that goes with it refuses the start.
    private static readonly StoreChoice Unknown = new(StoreKind.Postgres, "Host=localhost", "postgres");

    internal static StoreChoice Read(HostSettings settings, IConfiguration configuration, HostDirectory directory, List<string> problems, HostKind kind = HostKind.Standalone)
    {
        if (kind == HostKind.Silo && settings.Store != StoreKind.Postgres)
        {
            problems.Add($"Silos:Store 'sqlite'{SettingsOrigin.Suffix(configuration, "Silos:Store")} must be postgres: silos share one database.");
            return Unknown;
        }

        if (settings.Store == StoreKind.Sqlite)
        {
            return new StoreChoice(StoreKind.Sqlite, directory.Resolve(settings.Sqlite.Path), $"sqlite, {directory.Resolve(settings.Sqlite.Path)}");
        }

        var connection = configuration[ConnectionKey];
        if (string.IsNullOrWhiteSpace(connection))
        {
            var who = kind == HostKind.Silo ? "A silo" : $"Silos:Store 'postgres'{SettingsOrigin.Suffix(configuration, "Silos:Store")}";
            problems.Add(
                $"{who} needs a connection string: set {ConnectionKey} "
                + "(ConnectionStrings__Silos), such as \"Host=localhost;Database=silos;Username=silos\".");
            return Unknown;
        }

        try
        {
            var text = PostgresUri.ToConnectionString(connection);
            return new StoreChoice(StoreKind.Postgres, text, $"postgres, {Where(text)}");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            problems.Add(
                $"{ConnectionKey}{SettingsOrigin.Suffix(configuration, ConnectionKey)} is not a connection string like "
                + "\"Host=localhost;Database=silos;Username=silos\" or an address like postgres://user@localhost/silos.");
            return Unknown;
        }
    }

    private static string Where(string connection)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connection };
        string? Part(string key) => parts.TryGetValue(key, out var value) ? value.ToString() : null;
        return $"{Part("Host") ?? Part("Server") ?? "localhost"}/{Part("Database") ?? Part("Username") ?? "postgres"}";
    }
}
