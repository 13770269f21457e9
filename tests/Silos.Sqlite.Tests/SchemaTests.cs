using System.Reflection;
using System.Text;
using Silos.Runs;
using Silos.Sqlite.Runs;
using Silos.Stores;

namespace Silos.Sqlite.Tests;

public sealed class SchemaTests
{
    private static readonly Filter Job = new FilterCondition("job", FilterOperator.Equal, ["a"]);
    private static readonly Filter Failed = new FilterCondition("state", FilterOperator.In, [RunState.Failed, RunState.Dead]);
    private static readonly Filter Tag = new FilterCondition("tag", FilterOperator.Equal, ["x"]);
    private static readonly Filter Since = new FilterCondition("enqueued_at", FilterOperator.GreaterOrEqual, [DateTimeOffset.UnixEpoch.AddYears(50)]);

    public static TheoryData<string, string> Statements => [.. Texts().Select(text => (text.Name, text.Sql))];

    [Fact]
    public async Task The_migrations_make_the_schema_that_is_checked_in()
    {
        await using var database = await TestDatabase.OpenAsync();

        var actual = Dump(database);

        var path = Path.Combine(AppContext.BaseDirectory, "schema.actual.sql");
        await File.WriteAllTextAsync(path, actual, TestContext.Current.CancellationToken);
        Assert.True(
            actual == TestSql.Read("schema"),
            $"The schema differs from src/Silos.Sqlite/schema.sql. If that is what you want, copy {path} over it.");
    }

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Every_statement_prepares_against_the_migrated_schema(string name, string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        await using var database = await TestDatabase.OpenAsync();
        using var connection = database.Connect();

        if (name.StartsWith("Schema/", StringComparison.Ordinal) && sql.Contains(';', StringComparison.Ordinal))
        {
            connection.ExecuteScript(sql);
            return;
        }

        using var statement = connection.PrepareOnce(sql.Replace("/*filter*/", "true", StringComparison.Ordinal));
        Assert.StartsWith("--", sql, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_of_SQL_is_used()
    {
        var used = Texts().Select(text => text.Sql).ToHashSet(StringComparer.Ordinal);

        Assert.All(Resource.List("Sql"), file => Assert.Contains(Resource.Read(file), used));
    }

    /// <summary>What runs on every dispatch must seek in an index, never scan a table.</summary>
    [Theory]
    [InlineData("Runs/Ready", "USING INDEX run_ready")]
    [InlineData("Runs/Due", "USING INDEX run_scheduled")]
    [InlineData("Runs/NextScheduled", "run_scheduled")]
    [InlineData("Runs/NextQueue", "run_ready")]
    [InlineData("Runs/Inbox", "USING INDEX run_inbox")]
    [InlineData("Runs/CancelRequests", "USING INDEX run_cancel")]
    [InlineData("Runs/EndBase", "USING PRIMARY KEY")]
    [InlineData("Runs/Finish", "USING PRIMARY KEY")]
    [InlineData("Runs/Enqueue", "run_history_id")]
    [InlineData("Runs/IsKnown", "run_history_id")]
    [InlineData("Runs/Requeue", "USING PRIMARY KEY")]
    [InlineData("Jobs/Due", "USING INDEX job_alarm")]
    [InlineData("Jobs/Alarms", "USING INDEX job_alarm")]
    [InlineData("Jobs/Tenants", "SEARCH job USING PRIMARY KEY (tenant>?)")]
    [InlineData("Jobs/CountLive", "run_job")]
    [InlineData("Jobs/CancelLive", "run_job")]
    [InlineData("Jobs/IsDecided", "occurrence_range")]
    [InlineData("Jobs/PruneLedger", "occurrence_age")]
    [InlineData("Jobs/Definitions", "USING PRIMARY KEY")]
    [InlineData("Jobs/KeepDefinition", "USING PRIMARY KEY")]
    [InlineData("Jobs/PruneDefinitions", "USING PRIMARY KEY")]
    [InlineData("Reader/ExecutingSince", "USING PRIMARY KEY")]
    [InlineData("Reader/Expired", "USING INDEX run_history_age")]
    [InlineData("Reader/Surplus", "run_history_job")]
    public async Task What_is_asked_often_uses_its_index(string name, string expected)
    {
        await using var database = await TestDatabase.OpenAsync();
        using var connection = database.Connect();
        var sql = Texts().Single(text => text.Name == name).Sql;

        using var statement = connection.PrepareOnce($"explain query plan {sql}");
        var plan = string.Join('\n', statement.ReadAll(row => row.Text(3)));

        Assert.Contains(expected, plan, StringComparison.Ordinal);
        Assert.DoesNotMatch("SCAN (run|run_history|job|occurrence)( |$)(?!.*USING)", plan);
    }

    /// <summary>A page of the newest runs must not read or sort the whole history.</summary>
    [Fact]
    public async Task A_page_of_runs_is_read_in_order_of_the_key()
    {
        await using var database = await TestDatabase.OpenAsync();
        using var connection = database.Connect();

        using var statement = connection.PrepareOnce($"explain query plan {SqlText.Reader.List.Replace("/*filter*/", "true", StringComparison.Ordinal)}");
        var plan = string.Join('\n', statement.ReadAll(row => row.Text(3)));

        Assert.Matches("SEARCH run_history USING PRIMARY KEY", plan);
    }

    public static TheoryData<string, Filter?, string> Searches => new()
    {
        { "List", Failed, "SEARCH run_history USING COVERING INDEX run_history_state" },
        { "List", Failed, "SEARCH run_history USING PRIMARY KEY (tenant=? AND id=?)" },
        { "List", new FilterGroup(All: true, [Failed, Tag]), "SEARCH run_history USING PRIMARY KEY (tenant=? AND id=?)" },
        { "List", new FilterGroup(All: true, [Since, Tag]), "USING INDEX run_history_age" },
        { "List", new FilterGroup(All: true, [Since, Failed]), "USING INDEX run_history_age" },
        { "List", Tag, "SEARCH run_history USING PRIMARY KEY" },
        { "FindBack", null, "SEARCH run USING PRIMARY KEY" },
        { "FindBack", Job, "run_history_job" },
        { "FindBack", Failed, "run_history_state" },
    };

    /// <summary>What <see cref="RunScan"/> takes for served by an index must be.</summary>
    [Theory]
    [MemberData(nameof(Searches))]
    public async Task Searches_use_the_index_that_finds_few(string statement, Filter? filter, string expected)
    {
        await using var database = await TestDatabase.OpenAsync();
        using var connection = database.Connect();
        var (sql, _) = statement == "List"
            ? FilterSql.Compose(SqlText.Reader.List, filter, firstParameter: 5)
            : FilterSql.Compose(SqlText.Reader.FindBack, filter, firstParameter: 4);

        using var explained = connection.PrepareOnce($"explain query plan {sql}");
        Assert.Contains(expected, string.Join('\n', explained.ReadAll(row => row.Text(3))), StringComparison.Ordinal);
    }

    private static string Dump(TestDatabase database)
    {
        var text = new StringBuilder("-- What the migrations add up to. Written by SchemaTests, not by hand.\n");
        foreach (var sql in database.Read("dump"))
        {
            text.Append('\n').Append(sql).Append(";\n");
        }

        return text.ToString();
    }

    private static IEnumerable<(string Name, string Sql)> Texts() =>
        from folder in typeof(SqlText).GetNestedTypes(BindingFlags.Public)
        from field in folder.GetFields(BindingFlags.Public | BindingFlags.Static)
        select ($"{folder.Name}/{field.Name}", (string)field.GetValue(null)!);
}
