using Silos.Stores;
using Silos.Testing;

namespace Silos.Postgres.Tests.Stores;

public sealed class PostgresKeyStoreTests : KeyStoreConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => Postgres.OpenAsync();
}
