using Silos.Stores;
using Silos.Testing;

namespace Silos.Postgres.Tests.Stores;

public sealed class PostgresRunStatsTests : RunStatsConformance
{
    protected override ValueTask<ISilosStore> OpenStoreAsync() => Postgres.OpenAsync();
}
