using Microsoft.Data.Sqlite;
using Silos.Samples.Data;
using Silos.Samples.Demo;
using Silos.Testing;

namespace Silos.Samples.Tests.Support;

/// <summary>A database of its own with the samples' data, in a directory that goes away with it.</summary>
public sealed class SampleWorld : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("silos-samples-").FullName;

    /// <summary>2026-01-01 12:00 UTC, when the kit's clocks begin.</summary>
    public static DateTimeOffset Noon { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    internal SampleSettings Settings => field ??= new SampleSettings
    {
        Database = Path.Combine(_root, "data.db"),
        Uploads = Path.Combine(_root, "static", "uploads"),
        Exports = Path.Combine(_root, "exports"),
        SiteUrl = "https://site.example",
    };

    internal SampleDatabase Database => field ??= new SampleDatabase(Settings.Database);

    /// <summary>Makes a world with the data of the samples' own start.</summary>
    public static async Task<SampleWorld> CreateAsync()
    {
        var world = new SampleWorld();
        (await JobRunner.ForRegistered(SeedJob.Name, world.Register).RunAsync(TestContext.Current.CancellationToken)).EnsureCompleted();
        return world;
    }

    /// <summary>Registers what the samples register.</summary>
    public void Register(ISilosBuilder silos) => silos.AddSampleJobs(Settings).AddSampleLife();

    /// <summary>Runs one of the samples' jobs or handlers alone.</summary>
    public JobRunner Run(string name) => JobRunner.ForRegistered(name, Register);

    /// <summary>Changes the tables by hand.</summary>
    public void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Reads rows as text: columns with a bar, nulls as nothing.</summary>
    public IReadOnlyList<string> Rows(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetValue(i).ToString())));
        }

        return rows;
    }

    /// <summary>Everything in the tables and the upload directory, to see whether anything changed.</summary>
    public string Snapshot()
    {
        var tables = Rows("select name from sqlite_master where type = 'table' order by name");
        var files = Directory.EnumerateFileSystemEntries(Settings.Uploads, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return string.Join('\n', tables.SelectMany(table => Rows($"select * from {table} order by 1").Prepend($"[{table}]")).Concat(files));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Settings.Database};Pooling=False");
        connection.Open();
        return connection;
    }
}
