using Silos.Stores;
using Silos.Testing;

namespace Silos.Core.Tests.Stores;

public sealed class InMemoryJobStoreTests : JobStoreConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => InMemory.OpenAsync();
}

public sealed class InMemoryRunStoreTests : RunStoreConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => InMemory.OpenAsync();
}

public sealed class InMemoryRunReaderTests : RunReaderConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => InMemory.OpenAsync();
}

public sealed class InMemoryRunJournalTests : RunJournalConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => InMemory.OpenAsync();
}

public sealed class InMemorySettingStoreTests : SettingStoreConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => InMemory.OpenAsync();
}

public sealed class InMemoryRunStatsTests : RunStatsConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => InMemory.OpenAsync();
}

public sealed class InMemoryKeyStoreTests : KeyStoreConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => InMemory.OpenAsync();
}

public sealed class InMemoryAuditStoreTests : AuditStoreConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => InMemory.OpenAsync();
}

internal static class InMemory
{
    public static async ValueTask<ISilosStore> OpenAsync()
    {
        var store = new InMemoryStore();
        await store.OpenAsync(exclusive: true, CancellationToken.None);
        return store;
    }
}
