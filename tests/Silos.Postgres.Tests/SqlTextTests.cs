using Npgsql;

namespace Silos.Postgres.Tests;

public sealed class SqlTextTests
{
    public static TheoryData<string> Statements => [.. SqlText.Names];

    [Fact]
    public async Task Every_statement_prepares_against_the_migrated_schema()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var schema = Postgres.NewSchema();
        await using var store = await Postgres.StoreAsync(schema);
        await store.OpenAsync(exclusive: false, cancellation);
        var settings = new NpgsqlConnectionStringBuilder(await Postgres.ConnectionStringAsync()) { SearchPath = schema };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using (var sets = new NpgsqlCommand(SqlText.Get("Store/create_sets"), connection))
        {
            await sets.ExecuteNonQueryAsync(cancellation);
        }

        // These cannot be prepared: they take no parameters and have no plan.
        foreach (var name in SqlText.Names.Except(["Store/listen", "Store/create_schema", "Store/create_sets"]))
        {
            await using var command = new NpgsqlCommand($"prepare checked as {SqlText.Get(name)}; deallocate checked", connection);
            var problem = await Record.ExceptionAsync(() => command.ExecuteNonQueryAsync(cancellation));
            Assert.True(problem is null, $"{name}: {problem?.Message}");
        }
    }

    [Theory]
    [MemberData(nameof(Statements))]
    public void Every_file_holds_one_statement_without_an_end_mark(string name)
    {
        var sql = SqlText.Get(name);

        Assert.NotEmpty(sql);
        Assert.False(name != "Store/create_schema" && sql.Contains(';', StringComparison.Ordinal), name);
    }

    [Fact]
    public void Migrations_are_numbered_without_a_gap() =>
        Assert.Equal(Enumerable.Range(1, SqlText.MigrationFiles.Count), SqlText.MigrationFiles.Select(file => file.Version));
}
