using Silos.Stores;
using Silos.Testing;

namespace Silos.Postgres.Tests.Stores;

public sealed class PostgresAuditStoreTests : AuditStoreConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => Postgres.OpenAsync();
}
