using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Silos.Postgres.Tests;

public sealed class StartupTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_password_is_said_and_not_shown()
    {
        var refusal = await RefusedAsync(settings => settings.Password = "swordfish");

        Assert.Contains("refuses user 'postgres'", refusal, StringComparison.Ordinal);
        Assert.Contains("Check the user name and the password.", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var refusal = await RefusedAsync(settings => settings.Port = 1);

        Assert.StartsWith("PostgreSQL cannot be reached at 127.0.0.1:1: ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_database_is_named()
    {
        var refusal = await RefusedAsync(settings => settings.Database = "nowhere");

        Assert.StartsWith("Database 'nowhere' does not exist at 127.0.0.1:", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_make_no_schema_is_told_what_to_grant()
    {
        await using (var connection = new NpgsqlConnection(await Postgres.ConnectionStringAsync()))
        {
            await connection.OpenAsync(Cancelled);
            await using var command = new NpgsqlCommand("create role nobody_special login password 'x'", connection);
            await command.ExecuteNonQueryAsync(Cancelled);
        }

        var refusal = await RefusedAsync(settings =>
        {
            settings.Username = "nobody_special";
            settings.Password = "x";
        });

        Assert.Contains("User 'nobody_special' may not work in schema", refusal, StringComparison.Ordinal);
        Assert.Contains("Grant CREATE on the database", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=localhost;Colour=blue")]
    [InlineData("Host=localhost;Port=many")]
    [InlineData("nonsense")]
    public void A_connection_string_that_makes_no_sense_is_refused(string connectionString)
    {
        var refusal = Assert.Throws<StartupException>(
            () => new PostgresStore(connectionString, null, NullLogger<PostgresStore>.Instance));

        Assert.StartsWith("The connection string of PostgreSQL is not valid: ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Silos")]
    [InlineData("silos; drop table job")]
    [InlineData("1st")]
    public void A_schema_that_is_no_plain_name_is_refused(string schema)
    {
        var refusal = Assert.Throws<StartupException>(() => new PostgresStore(
            "Host=localhost", new PostgresOptions { Schema = schema }, NullLogger<PostgresStore>.Instance));

        Assert.StartsWith($"Schema '{schema}' must begin with a lower-case letter", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(Action<NpgsqlConnectionStringBuilder> change)
    {
        var settings = new NpgsqlConnectionStringBuilder(await Postgres.ConnectionStringAsync());
        change(settings);
        await using var store = await Postgres.StoreAsync(Postgres.NewSchema(), connectionString: settings.ConnectionString);
        var refusal = await Assert.ThrowsAsync<StartupException>(() => store.OpenAsync(exclusive: true, Cancelled).AsTask());
        return refusal.Message;
    }
}
