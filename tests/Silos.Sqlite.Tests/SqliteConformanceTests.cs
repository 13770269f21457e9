using Silos.Stores;
using Silos.Testing;

namespace Silos.Sqlite.Tests;

public sealed class SqliteJobStoreTests : JobStoreConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync() => await TestDatabase.OpenAsync();
}

public sealed class SqliteRunStoreTests : RunStoreConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync() => await TestDatabase.OpenAsync();
}

public sealed class SqliteRunReaderTests : RunReaderConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync() => await TestDatabase.OpenAsync();
}

public sealed class SqliteRunJournalTests : RunJournalConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync() => await TestDatabase.OpenAsync();
}

public sealed class SqliteSettingStoreTests : SettingStoreConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync() => await TestDatabase.OpenAsync();
}

public sealed class SqliteRunStatsTests : RunStatsConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync() => await TestDatabase.OpenAsync();
}

public sealed class SqliteKeyStoreTests : KeyStoreConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync() => await TestDatabase.OpenAsync();
}

public sealed class SqliteAuditStoreTests : AuditStoreConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync() => await TestDatabase.OpenAsync();
}

/// <summary>The suite once more in memory, where the writer reads as well.</summary>
public sealed class SqliteMemoryRunStoreTests : RunStoreConformance
{
    protected override async ValueTask<ISilosStore> OpenStoreAsync()
    {
        var store = new SqliteStore(":memory:");
        await store.OpenAsync(exclusive: true, CancellationToken.None);
        return store;
    }
}
