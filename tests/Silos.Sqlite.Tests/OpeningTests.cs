using Microsoft.Extensions.DependencyInjection;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Tests;

public sealed class OpeningTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("silos-sqlite-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_directory.FullName, "silos.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        var setting = new Setting("queue", "default/x", JsonText.Parse("1"));
        await using (var first = new SqliteStore(Path))
        {
            await first.OpenAsync(exclusive: true, Cancelled);
            await first.Settings.TrySaveAsync(setting, Cancelled);
        }

        await using var second = new SqliteStore($"Data Source={Path}");
        await second.OpenAsync(exclusive: true, Cancelled);
        Assert.Equal(setting with { Version = 1 }, await second.Settings.FindAsync(setting.Kind, setting.Key, Cancelled));
    }

    [Fact]
    public async Task A_second_holder_is_refused_by_the_name_of_the_file_until_the_first_is_gone()
    {
        await using var second = new SqliteStore(Path);
        await using (var first = new SqliteStore(Path))
        {
            await first.OpenAsync(exclusive: true, Cancelled);

            var refused = await Assert.ThrowsAsync<StartupException>(async () => await second.OpenAsync(exclusive: true, Cancelled));
            Assert.Contains($"Another process holds the SQLite database '{Path}'", refused.Message, StringComparison.Ordinal);
            Assert.True(await first.IsReachableAsync(Cancelled));
            Assert.False(await second.IsReachableAsync(Cancelled));
        }

        await second.OpenAsync(exclusive: true, Cancelled);
        Assert.True(await second.IsReachableAsync(Cancelled));
    }

    [Fact]
    public async Task Durable_settings_are_on()
    {
        using var connection = Connection.Open(Location.Parse(Path), SqlText.Schema.ConfigureWriter);

        string Pragma(string name)
        {
            using var statement = connection.PrepareOnce($"pragma {name}");
            return statement.ReadFirst(row => row.Text(0))!;
        }

        Assert.Equal("wal", Pragma("journal_mode"));
        Assert.Equal("2", Pragma("synchronous"));
        Assert.Equal("1", Pragma("foreign_keys"));
        Assert.Equal("5000", Pragma("busy_timeout"));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_missing_directory_is_named()
    {
        var missing = System.IO.Path.Combine(_directory.FullName, "absent", "silos.db");
        var refused = await RefusedAsync(missing);
        Assert.Contains("does not exist", refused, StringComparison.Ordinal);
        Assert.Contains(System.IO.Path.Combine(_directory.FullName, "absent"), refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_not_a_database()
    {
        var refused = await RefusedAsync(_directory.FullName);
        Assert.Contains("is a directory", refused, StringComparison.Ordinal);
        Assert.Contains(Path, refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_something_else_is_left_alone()
    {
        var text = string.Concat(Enumerable.Repeat("This is a letter to my aunt.\n", 100));
        await File.WriteAllTextAsync(Path, text, Cancelled);

        Assert.Contains("is not an SQLite database", await RefusedAsync(Path), StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Path, Cancelled));
    }

    [Fact]
    public async Task A_read_only_file_is_refused()
    {
        await File.WriteAllTextAsync(Path, string.Empty, Cancelled);
        File.SetAttributes(Path, FileAttributes.ReadOnly);

        Assert.Contains("is read-only", await RefusedAsync(Path), StringComparison.Ordinal);
        File.SetAttributes(Path, FileAttributes.Normal);
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await using var database = await TestDatabase.OpenAsync();
        await database.CloseAsync();
        database.Execute("newer_schema");

        var refused = await Assert.ThrowsAsync<StartupException>(async () => await database.OpenAsync(exclusive: true, Cancelled));

        Assert.Contains("has schema version 9999", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_left_alone()
    {
        await using var database = new TestDatabase();
        database.Execute("foreign_table");

        var refused = await Assert.ThrowsAsync<StartupException>(async () => await database.OpenAsync(exclusive: true, Cancelled));

        Assert.Contains("belongs to something else: it has the tables customer", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["CREATE TABLE customer (id integer primary key)"], database.Read("dump"));
    }

    [Fact]
    public async Task After_a_refusal_the_lock_is_free()
    {
        await File.WriteAllTextAsync(Path, new string('x', 5_000), Cancelled);
        await RefusedAsync(Path);
        File.Delete(Path);

        await using var store = new SqliteStore(Path);
        await store.OpenAsync(exclusive: true, Cancelled);
        Assert.True(await store.IsReachableAsync(Cancelled));
    }

    [Fact]
    public async Task A_store_whose_file_or_lock_is_gone_is_not_reachable()
    {
        await using var store = new SqliteStore(Path);
        Assert.False(await store.IsReachableAsync(Cancelled));
        await store.OpenAsync(exclusive: true, Cancelled);
        Assert.True(await store.IsReachableAsync(Cancelled));

        File.Delete($"{Path}.lock");
        Assert.False(await store.IsReachableAsync(Cancelled));
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        var store = new SqliteStore(Path);
        await Assert.ThrowsAsync<UnavailableException>(async () => await store.Settings.ListAsync("queue", Cancelled));
        await store.OpenAsync(exclusive: true, Cancelled);
        await store.DisposeAsync();
        await Assert.ThrowsAsync<UnavailableException>(async () => await store.Settings.ListAsync("queue", Cancelled));
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Colour=blue")]
    [InlineData("Data Source=")]
    [InlineData("Data Source=silos.db;Password=secret")]
    public void Text_that_is_neither_path_nor_connection_string_is_refused(string text) =>
        Assert.Equal("sqlite", Assert.Single(Assert.Throws<InvalidException>(() => new SqliteStore(text)).Problems).Field);

    [Theory]
    [InlineData(":memory:")]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=anything;Mode=Memory")]
    public async Task A_store_in_memory_makes_no_file(string text)
    {
        await using var store = new SqliteStore(text);
        await store.OpenAsync(exclusive: true, Cancelled);

        Assert.NotNull(await store.Settings.TrySaveAsync(new Setting("queue", "a", JsonText.Parse("1")), Cancelled));
        Assert.True(await store.IsReachableAsync(Cancelled));
        Assert.False(File.Exists("anything"));
    }

    [Fact]
    public void A_relative_path_counts_from_the_working_directory() =>
        Assert.Equal(System.IO.Path.GetFullPath("silos.db"), Location.Parse("silos.db").Path);

    [Fact]
    public async Task UseSqlite_registers_one_store()
    {
        var silos = new Builder();
        silos.UseSqlite(Path);

        var registered = Assert.Single(silos.Services, service => service.ServiceType == typeof(ISilosStore));

        Assert.Equal(ServiceLifetime.Singleton, registered.Lifetime);
        await using var store = Assert.IsType<SqliteStore>(registered.ImplementationFactory?.Invoke(null!));
        Assert.Equal("sqlite", store.Kind);
        Assert.Throws<InvalidException>(() => silos.UseSqlite(" "));
    }

    private static async Task<string> RefusedAsync(string path)
    {
        await using var store = new SqliteStore(path);
        return (await Assert.ThrowsAsync<StartupException>(async () => await store.OpenAsync(exclusive: true, Cancelled))).Message;
    }

    private sealed class Builder : ISilosBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
