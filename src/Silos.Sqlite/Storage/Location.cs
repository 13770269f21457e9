using Microsoft.Data.Sqlite;

namespace Silos.Sqlite.Storage;

/// <summary>Where a database is: a file, or memory.</summary>
/// <param name="Path">The file's absolute path; null for a database in memory.</param>
internal sealed record Location(string? Path)
{
    /// <summary>What SQLite calls a database in memory.</summary>
    public const string Memory = ":memory:";

    private static readonly string[] Understood = ["Data Source", "Mode"];

    /// <summary>Reads a path (relative ones count from the working directory) or a connection string.</summary>
    /// <exception cref="InvalidException">The text is neither.</exception>
    public static Location Parse(string pathOrConnectionString)
    {
        if (string.IsNullOrWhiteSpace(pathOrConnectionString))
        {
            throw new InvalidException("sqlite", pathOrConnectionString, "must be the path of a file, such as silos.db, or a connection string");
        }

        var builder = Read(pathOrConnectionString);
        return builder.DataSource == Memory || builder.Mode == SqliteOpenMode.Memory
            ? new Location((string?)null)
            : new Location(System.IO.Path.GetFullPath(builder.DataSource));
    }

    /// <summary>Checks what can be known before opening, because SQLite's own message for most of it is "unable to open database file".</summary>
    /// <exception cref="StartupException">The file cannot be used; the message says what to do.</exception>
    public void Check()
    {
        if (Path is null)
        {
            return;
        }

        if (Directory.Exists(Path))
        {
            throw new StartupException($"The SQLite database '{Path}' is a directory. Give the path of a file, such as '{System.IO.Path.Combine(Path, "silos.db")}'.");
        }

        var directory = System.IO.Path.GetDirectoryName(Path);
        if (!Directory.Exists(directory))
        {
            throw new StartupException($"The directory '{directory}' for the SQLite database '{Path}' does not exist. Create it or give another path.");
        }

        if (File.Exists(Path) && new FileInfo(Path).IsReadOnly)
        {
            throw new StartupException($"The SQLite database '{Path}' is read-only. Make it writable for this user or give another path.");
        }
    }

    private static SqliteConnectionStringBuilder Read(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal) || File.Exists(text))
        {
            return new SqliteConnectionStringBuilder { DataSource = text };
        }

        try
        {
            var builder = new SqliteConnectionStringBuilder(text);
            var others = builder.Keys.Cast<string>().Where(key => !Understood.Contains(key) && builder.ShouldSerialize(key)).ToList();
            if (others.Count > 0)
            {
                throw new InvalidException("sqlite", text, $"must have no other keywords than Data Source and Mode, not {string.Join(", ", others)}");
            }

            return string.IsNullOrWhiteSpace(builder.DataSource) && builder.Mode != SqliteOpenMode.Memory
                ? throw new InvalidException("sqlite", text, "must name a file: Data Source=silos.db")
                : builder;
        }
        catch (ArgumentException exception)
        {
            throw new InvalidException("sqlite", text, $"must be the path of a file or a connection string such as Data Source=silos.db ({exception.Message})");
        }
    }
}
