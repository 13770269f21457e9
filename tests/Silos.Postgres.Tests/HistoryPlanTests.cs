using Npgsql;
using NpgsqlTypes;
using Silos.Postgres.Runs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres.Tests;

/// <summary>A history with a large tenant and a small one: what pages ask must not read the large one's runs.</summary>
public sealed class HistoryPlanTests
{
    private const string Fill = """
        insert into run_history (id, due_at, enqueued_at, ended_at, token, partition, state, priority, attempts, losses, max_attempts, item_errors, tenant, queue, handler, job)
        select gen_random_uuid(), at, at, at, 1, 0, case when g % 100 = 0 then 5 else 3 end, 0, 1, 0, 1, 0,
            case when g % 1000 = 0 then 'small' else 'large' end, 'default', 'work', 'job-' || g % 20
        from generate_series(1, 40000) as g cross join lateral (select timestamptz '2026-01-01Z' + g * interval '1 minute' as at) t;
        analyze run_history;
        """;

    private static readonly DateTimeOffset Late = new(2026, 1, 28, 0, 0, 0, TimeSpan.Zero);
    private static readonly FilterCondition OfJob = new("job", FilterOperator.Equal, ["job-1"]);
    private static readonly FilterCondition OfQueue = new("queue", FilterOperator.Equal, ["mail"]);
    private static readonly FilterCondition OfError = new("error", FilterOperator.Contains, ["host"]);
    private static readonly FilterCondition OfCancelled = new("state", FilterOperator.Equal, [RunState.Cancelled]);
    private static readonly FilterCondition Piece = new("id", FilterOperator.GreaterOrEqual, [RunId.Parse("f8000000-0000-7000-8000-000000000000")]);
    private static readonly FilterCondition Again = new("state", FilterOperator.In, [RunState.Failed, RunState.Dead, RunState.Cancelled]);

    public static TheoryData<string, string, Filter?, string> Questions => new()
    {
        { "Runs/list_runs", "small", null, "run_history_tenant" },
        { "Runs/list_runs", "large", Again, "Index Only Scan Backward using run_history_unsuccessful" },
        { "Runs/list_runs", "large", OfCancelled, "Index Only Scan Backward using run_history_unsuccessful" },
        { "Runs/list_runs", "large", new FilterGroup(All: true, [OfJob, Again]), "Index Only Scan Backward using run_history_unsuccessful" },
        { "Runs/list_runs", "large", OfJob, "run_history_job" },
        { "Runs/list_runs", "large", Since(OfQueue), "run_history_ended" },
        { "Runs/list_runs", "large", new FilterGroup(All: false, [Since(OfQueue), Since(OfError)]), "run_history_ended" },
        { "Runs/count_runs", "large", new FilterGroup(All: true, [OfJob, Again]), "run_history_unsuccessful" },
        { "Runs/count_runs", "large", Since(OfError), "run_history_ended" },
        { "Runs/list_runs", "large", new FilterGroup(All: false, [Since(OfQueue), new FilterCondition("ended_at", FilterOperator.Greater, [Late])]), "run_history_ended" },
        { "Runs/find_back", "large", null, "run_history_tenant" },
        { "Runs/find_back", "large", Again, "run_history_unsuccessful" },
        { "Runs/find_back", "large", OfJob, "run_history_job" },
        { "Runs/list_runs", "large", new FilterGroup(All: true, [Piece, OfError]), "run_history_tenant" },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task What_pages_ask_is_read_from_its_index(string statement, string tenant, Filter? filter, string index)
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

        var of = new NpgsqlParameter { Value = tenant };
        NpgsqlParameter[] numbers = statement switch { "Runs/list_runs" => [Number(51), Number(0)], "Runs/find_back" => [Number(1_999)], _ => [] };
        var (sql, parameters) = RunFilterSql.Compose(SqlText.Get(statement), filter, before: null, [of, .. numbers]);
        await using var explain = new NpgsqlCommand($"explain {sql}", connection);
        explain.Parameters.AddRange(parameters);
        var plan = new List<string>();
        await using var reader = await explain.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
        {
            plan.Add(reader.GetString(0));
        }

        Assert.Contains(plan, line => line.Contains($"{index} ", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on run_history", StringComparison.Ordinal));
    }

    private static FilterGroup Since(FilterCondition condition) => new(
        All: true,
        [condition, new FilterCondition("enqueued_at", FilterOperator.GreaterOrEqual, [Late])]);

    private static NpgsqlParameter Number(int value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Integer };
}
