using Silos.Stores;

namespace Silos.Sqlite.Tests;

/// <summary>A store in a directory of its own, which goes when the store is disposed.</summary>
internal sealed class TestDatabase : ISilosStore
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("silos-sqlite-");
    private readonly SqliteStore _store;

    private TestDatabase()
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

    public ISettingStore Settings => _store.Settings;

    public static async ValueTask<ISilosStore> OpenAsync()
    {
        var database = new TestDatabase();
        await database.OpenAsync(exclusive: true, CancellationToken.None);
        return database;
    }

    public ValueTask OpenAsync(bool exclusive, CancellationToken cancellationToken) => _store.OpenAsync(exclusive, cancellationToken);

    public ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken) => _store.IsReachableAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
