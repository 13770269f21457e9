using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Tests;

/// <summary>A store in a directory of its own, which goes when the store is disposed.</summary>
internal sealed class TestDatabase : ISilosStore
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("silos-sqlite-");
    private readonly SqliteStore _store;

    public TestDatabase()
    {
        Path = System.IO.Path.Combine(_directory.FullName, "silos.db");
        _store = new SqliteStore(Path);
    }

    public string Path { get; }

    public string Kind => _store.Kind;

    public IJobStore Jobs => _store.Jobs;

    public IRunStore Runs => _store.Runs;

    public IRunReader Reader => _store.Reader;

    public IRunJournal Journal => _store.Journal;

    public IRunStats Stats => _store.Stats;

    public ISettingStore Settings => _store.Settings;

    public IKeyStore Keys => _store.Keys;

    public IAuditStore Audit => _store.Audit;

    public static async ValueTask<TestDatabase> OpenAsync()
    {
        var database = new TestDatabase();
        await database.OpenAsync(exclusive: true, CancellationToken.None);
        return database;
    }

    /// <summary>Opens one more connection to the file, as another program would.</summary>
    public Connection Connect() => Connection.Open(Location.Parse(Path), SqlText.Schema.ConfigureWriter);

    /// <summary>Reads the first column of a statement in <c>Sql/</c> of this project.</summary>
    public IReadOnlyList<string> Read(string statement)
    {
        using var connection = Connect();
        return connection.Prepare(TestSql.Read(statement)).ReadAll(row => row.Text(0));
    }

    /// <summary>Executes a statement in <c>Sql/</c> of this project, as another program would.</summary>
    public void Execute(string statement)
    {
        using var connection = Connect();
        connection.Execute(TestSql.Read(statement));
    }

    public ValueTask OpenAsync(bool exclusive, CancellationToken cancellationToken) => _store.OpenAsync(exclusive, cancellationToken);

    public ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken) => _store.IsReachableAsync(cancellationToken);

    /// <summary>Closes the store and keeps the file.</summary>
    public ValueTask CloseAsync() => _store.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
