using Npgsql;

namespace Silos.Postgres.Tests;

/// <summary>A history with a large tenant and a small one: what pages ask must not read the large one's runs.</summary>
public sealed class HistoryPlanTests
{
    private const string Fill = """
        insert into run_history (id, due_at, enqueued_at, ended_at, token, partition, state, priority, attempts, losses, max_attempts, item_errors, tenant, queue, handler, job)
        select gen_random_uuid(), now(), now(), now(), 1, 0, case when g % 100 = 0 then 5 else 3 end, 0, 1, 0, 1, 0,
            case when g % 1000 = 0 then 'small' else 'large' end, 'default', 'work', 'job-' || g % 20
        from generate_series(1, 40000) as g;
        analyze run_history;
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Runs/list_runs", "small", "", "run_history_tenant")]
    [InlineData("Runs/list_runs", "large", "and state = any('{4,5}')", "run_history_unsuccessful")]
    [InlineData("Runs/list_runs", "large", "and job = 'job-1'", "run_history_job")]
    [InlineData("Runs/count_runs", "large", "and job = 'job-1' and state = any('{4,5,6}')", "run_history_unsuccessful")]
    public async Task What_pages_ask_is_read_from_its_index(string statement, string tenant, string filter, string index)
    {
        var schema = Postgres.NewSchema();
        await using var store = await Postgres.StoreAsync(schema);
        await store.OpenAsync(exclusive: true, Cancelled);
        var settings = new NpgsqlConnectionStringBuilder(await Postgres.ConnectionStringAsync()) { SearchPath = schema };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using (var fill = new NpgsqlCommand(Fill, connection))
        {
            await fill.ExecuteNonQueryAsync(Cancelled);
        }

        var sql = SqlText.Get(statement)
            .Replace("/*filter*/", filter, StringComparison.Ordinal)
            .Replace("$1", $"'{tenant}'", StringComparison.Ordinal)
            .Replace("$2", "51", StringComparison.Ordinal)
            .Replace("$3", "0", StringComparison.Ordinal);
        var plan = new List<string>();
        await using var explain = new NpgsqlCommand($"explain {sql}", connection);
        await using var reader = await explain.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
        {
            plan.Add(reader.GetString(0));
        }

        Assert.Contains(plan, line => line.Contains($"using {index} ", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on run_history", StringComparison.Ordinal));
    }
}
