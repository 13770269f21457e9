using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Postgres.Tests;

/// <summary>The database of these tests: one for the process, with a schema of its own for each test.</summary>
internal static class Postgres
{
    private static readonly Lazy<Task<string>> Shared = new(static async () =>
        await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(CancellationToken.None));

    private static int _schemas;

    public static Task<string> ConnectionStringAsync() => Shared.Value;

    public static string NewSchema() => $"test_{Interlocked.Increment(ref _schemas)}";

    public static async Task<PostgresStore> StoreAsync(string schema, ILogger<PostgresStore>? logger = null, string? connectionString = null) => new(
        connectionString ?? await ConnectionStringAsync(),
        new PostgresOptions { Schema = schema, LockWait = TimeSpan.Zero },
        logger ?? NullLogger<PostgresStore>.Instance);

    public static async ValueTask<ISilosStore> OpenAsync()
    {
        var store = await StoreAsync(NewSchema());
        await store.OpenAsync(exclusive: true, TestContext.Current.CancellationToken);
        return store;
    }
}
