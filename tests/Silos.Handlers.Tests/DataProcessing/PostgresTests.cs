using System.Data.Common;
using Npgsql;
using Silos.Testing;

namespace Silos.Handlers.DataProcessing;

public sealed class PostgresTests : SqlTests
{
    private string _connection = string.Empty;

    protected override string Columns => "id integer primary key, customer text not null, amount numeric(12,2), placed date";

    [Fact]
    public async Task Types_that_text_alone_does_not_become_are_written_and_read()
    {
        await ExecuteAsync("create table things (id uuid, at timestamptz, local timestamp, ok boolean, n double precision, doc jsonb, big bigint)");
        Data["in.jsonl"] = """
            {"id":"01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01","at":"2025-01-31T10:00:00+01:00","local":"2025-01-31 10:00:00","ok":"yes","n":"1.5","doc":{"a":[1]},"big":"9000000000"}
            """;

        await Data.RunAsync("""{"operation":"import","source":"in.jsonl","target":"table:public.things"}""");
        await Data.RunAsync("""{"operation":"export","source":"table:things","target":"out.jsonl"}""");

        Assert.Equal(
            """{"id":"01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01","at":"2025-01-31T09:00:00Z","local":"2025-01-31T10:00:00","ok":true,"n":1.5,"doc":"{\"a\": [1]}","big":9000000000}""" + "\n",
            Data["out.jsonl"]);
    }

    protected override async ValueTask PrepareAsync() => _connection =
        await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);

    protected override DbConnection Connect() => new NpgsqlConnection($"{_connection};Pooling=false");
}
