using Npgsql;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Postgres.Tests;

/// <summary>The tables of the systems that Silos replaces, as views.</summary>
public sealed class ViewTests : StoreConformance
{
    private readonly string _schema = Postgres.NewSchema();

    [Fact]
    public async Task Job_logs_has_a_row_for_each_run_that_has_started()
    {
        var owner = await OpenAsync();
        var failed = ARun(job: Key("ImportProcessorJob")) with { Options = new RunOptions { Metadata = JsonText.Parse("""{"batch": 5}""") } };
        NewRun running = ARun(), waiting = ARun(), again = ARun();
        await EnqueueAndFinishAsync(owner, failed, RunState.Dead);
        await EnqueueAsync(owner, running, waiting, again);
        await ClaimAsync(owner, 1, running, again);
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(again, 2)] });

        var rows = await RowsAsync("select job_name, status, started_at, ended_at, duration, error, metadata from job_logs order by id");

        Assert.Equal(
            [
                "ImportProcessorJob|failed|2026-01-01T12:00:01Z|2026-01-01T12:00:02Z|1000|It broke.|{\"batch\": 5}",
                "work|running|2026-01-01T12:00:01Z||0||{}",
                "work|running|2026-01-01T12:00:01Z||0|Too slow.|{}",
            ],
            rows);
    }

    [Fact]
    public async Task Queues_has_a_row_for_each_run_that_has_not_ended()
    {
        var owner = await OpenAsync();
        var running = ARun() with
        {
            Handler = "email",
            Payload = JsonText.Parse("""{"to":"ann"}"""),
            Options = new RunOptions { Name = "welcome", Description = "a mail", Timeout = TimeSpan.FromSeconds(90.5) },
        };
        var posted = ARun() with { Payload = JsonText.Parse("{\"nul\":\"\\u0000\"}") };
        await EnqueueAsync(owner, running);
        await EnqueueAndFinishAsync(owner);
        await ClaimAsync(owner, 1, running);
        await Store.Runs.PostAsync([posted], Cancelled);

        var rows = await RowsAsync("select name, description, payload, attempts, reserved_at, created from queues order by id");

        Assert.Equal(
            [
                "welcome|a mail|{\"data\": {\"to\": \"ann\"}, \"type\": \"email\", \"options\": {\"timeout\": 91, \"retry_count\": 3}}|0|2026-01-01T12:00:01Z|2026-01-01T12:00:00Z",
                "work||{\"data\": \"{\\\"nul\\\":\\\"\\\\u0000\\\"}\", \"type\": \"work\", \"options\": {\"timeout\": null, \"retry_count\": 3}}|0||2026-01-01T12:00:00Z",
            ],
            rows);
    }

    [Fact]
    public async Task The_queries_of_the_described_system_run_on_jobs_and_job_details()
    {
        var owner = await OpenAsync();
        var run = ARun(job: Key("generate-invoice")) with { RequestedBy = "ann" };
        await EnqueueAsync(owner, run);
        await ClaimAsync(owner, 1, run);
        await Store.Journal.AppendAsync(
            [
                new JournalEntry(owner, run.Tenant, run.Id, 1)
                {
                    Steps =
                    [
                        new RunStep("load", "completed", JsonText.Parse("[1]"), null, 0, Noon),
                        new RunStep("send", "failed", null, "no route", 2, Noon.AddSeconds(1)),
                    ],
                },
            ],
            Cancelled);
        await FinishAsync(owner, AnEnd(run));
        await EnqueueAsync(owner, ARun(due: Noon.AddHours(1)));

        Assert.Equal(
            ["default|work|pending|silos", "default|generate-invoice|completed|ann"],
            await RowsAsync("select tenant, type, status, user_id from (select * from jobs where tenant = 'default' order by created_at desc, job_id desc) j"));
        Assert.Equal(
            ["load|completed|[1]|0|", "send|failed||2|{\"error\": \"no route\"}"],
            await RowsAsync($"select step_name, status, result, retry_count, metadata from (select * from job_details where job_id = '{run.Id}' order by processed_at) d"));
        Assert.Equal(["2"], await RowsAsync("select count(*) from jobs where runner_type = 'silos'"));
        Assert.Equal([run.Id.ToString()], await RowsAsync("select job_id from jobs where external_id = 'default/generate-invoice'"));
        Assert.Equal(
            ["pending,processing,completed,failed,active,queued"],
            await RowsAsync("select string_agg(v::text, ',') from unnest(enum_range(null::job_status)) v"));
    }

    [Theory]
    [InlineData(RunState.Scheduled)]
    [InlineData(RunState.Queued)]
    [InlineData(RunState.Running)]
    [InlineData(RunState.Completed)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Dead)]
    [InlineData(RunState.Cancelled)]
    [InlineData(RunState.Skipped)]
    [InlineData(RunState.Lost)]
    public async Task States_have_the_same_words_in_SQL(RunState state) =>
        Assert.Equal([state.ToText()], await RowsAsync($"select run_state_text({(int)state}::smallint)"));

    protected override async ValueTask<ISilosStore> OpenStoreAsync()
    {
        var store = await Postgres.StoreAsync(_schema);
        await store.OpenAsync(exclusive: true, Cancelled);
        return store;
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(await Postgres.ConnectionStringAsync()) { SearchPath = _schema };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        await using var timeZone = new NpgsqlCommand("set timezone = 'UTC'", connection);
        await timeZone.ExecuteNonQueryAsync(Cancelled);
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
        {
            var row = reader;
            rows.Add(string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? string.Empty : Iso(row.GetString(i)))));
        }

        return rows;
    }

    /// <summary>Writes PostgreSQL's instants as everybody else does.</summary>
    private static string Iso(string text) => text.EndsWith("+00", StringComparison.Ordinal)
        ? text[..^3].Replace(' ', 'T') + "Z"
        : text;
}
