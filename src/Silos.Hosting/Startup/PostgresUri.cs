using System.Data.Common;
using System.Globalization;

namespace Silos.Hosting;

/// <summary>Reads <c>postgres://user:password@host:port/database?sslmode=require</c>, which many platforms hand out.</summary>
internal static class PostgresUri
{
    private static readonly Dictionary<string, string> Options = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["options"] = "Options",
        ["host"] = "Host",
    };

    /// <summary>Turns an address into a connection string; leaves a connection string as it is.</summary>
    /// <exception cref="FormatException">It is an address that cannot be read.</exception>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static string ToConnectionString(string text)
    {
        if (!text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
            && !text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            return new DbConnectionStringBuilder { ConnectionString = text }.ConnectionString;
        }

        var uri = Uri.TryCreate(text, UriKind.Absolute, out var parsed) ? parsed : throw new FormatException();
        var parts = new DbConnectionStringBuilder();
        Add(parts, "Host", uri.Host);
        Add(parts, "Port", uri.Port > 0 ? uri.Port.ToString(CultureInfo.InvariantCulture) : string.Empty);
        Add(parts, "Database", Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')));
        var user = uri.UserInfo.Split(':', 2);
        Add(parts, "Username", Uri.UnescapeDataString(user[0]));
        Add(parts, "Password", user.Length > 1 ? Uri.UnescapeDataString(user[1]) : string.Empty);
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            if (!Options.TryGetValue(pair[0], out var key) || pair.Length != 2)
            {
                throw new FormatException();
            }

            Add(parts, key, Uri.UnescapeDataString(pair[1]));
        }

        return parts.ConnectionString;
    }

    private static void Add(DbConnectionStringBuilder parts, string key, string value)
    {
        if (value.Length > 0)
        {
            parts[key] = value;
        }
    }
}
