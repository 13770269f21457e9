using System.Text.RegularExpressions;

namespace Silos.Postgres;

/// <summary>Settings of the PostgreSQL store.</summary>
public sealed partial class PostgresOptions
{
    /// <summary>
    /// Gets or sets the schema that holds the tables, made at the first start. Several stores can share a database under
    /// different schemas. Lower-case letters, digits and <c>_</c>, at most 63 characters. Default: <c>silos</c>.
    /// </summary>
    public string Schema { get; set; } = "silos";

    /// <summary>
    /// Gets or sets how long a statement may take before it fails. A longer time rides out a busy server; a shorter one
    /// notices a dead one sooner. Default: 30 seconds.
    /// </summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long the start waits for a lock on the store that another process holds, which covers a server
    /// that has not yet noticed that the previous process died. Default: 10 seconds.
    /// </summary>
    public TimeSpan LockWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the name that the server's views show for this process unless the connection string has one. Default: <c>silos</c>.</summary>
    public string ApplicationName { get; set; } = "silos";

    /// <summary>Throws when a setting makes no sense.</summary>
    /// <exception cref="StartupException">A setting is out of range; the message names it.</exception>
    internal void Validate()
    {
        if (!SchemaName().IsMatch(Schema))
        {
            throw new StartupException(
                $"Schema '{FieldProblem.Shorten(Schema)}' must begin with a lower-case letter or _ and have only lower-case letters, digits and _, at most 63.");
        }

        if (CommandTimeout < TimeSpan.FromSeconds(1) || CommandTimeout > TimeSpan.FromHours(1))
        {
            throw new StartupException($"CommandTimeout {CommandTimeout} must be between 1 second and 1 hour.");
        }

        if (LockWait < TimeSpan.Zero || LockWait > TimeSpan.FromMinutes(10))
        {
            throw new StartupException($"LockWait {LockWait} must be between 0 and 10 minutes.");
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}\\z")]
    private static partial Regex SchemaName();
}
