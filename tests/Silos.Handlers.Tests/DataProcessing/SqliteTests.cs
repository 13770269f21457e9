using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Silos.Handlers.DataProcessing;

public sealed class SqliteTests : SqlTests
{
    private string _file = string.Empty;

    protected override string Columns => "id integer primary key, customer text not null, amount numeric, placed text";

    [Fact]
    public void Only_what_is_configured_can_be_reached()
    {
        Data.Options.AddConnection("narrow", Connect, tables: ["orders"]);

        Assert.Contains("is not allowed on connection 'narrow'", Problem("""{"connection":"narrow","query":"select 1"}"""), StringComparison.Ordinal);
        Assert.Contains("connection 'narrow' gives orders", Problem("""{"connection":"narrow","table":"customers"}"""), StringComparison.Ordinal);
        Assert.Contains("must be a connection configured here: shop, narrow", Problem("""{"connection":"other","table":"orders"}"""), StringComparison.Ordinal);
        Assert.Contains("must name a table", Problem("""{"connection":"shop","table":"orders; drop table orders"}"""), StringComparison.Ordinal);
        Assert.Contains("must name a table", Problem("""{"connection":"shop","table":"or\"ders"}"""), StringComparison.Ordinal);
        Assert.Null(Problem("""{"connection":"narrow","table":"orders"}"""));
    }

    [Fact]
    public async Task Names_of_columns_are_quoted()
    {
        await ExecuteAsync("create table odd (\"a b\" text, \"x\"\"; drop table orders; --\" text, \"{values}\" text)");
        Data["in.csv"] = "a b,\"x\"\"; drop table orders; --\",{values}\n1,2,3\n";

        await Data.RunAsync("""{"operation":"import","source":"in.csv","target":"table:odd"}""");
        await Data.RunAsync("""{"operation":"export","source":"table:odd","target":"out.csv"}""");

        Assert.Equal(Data["in.csv"], Data["out.csv"]);
        Assert.Equal(0, await ScalarAsync("select count(*) from orders"));
    }

    public override ValueTask DisposeAsync()
    {
        File.Delete(_file);
        return base.DisposeAsync();
    }

    protected override ValueTask PrepareAsync()
    {
        _file = Path.Combine(Path.GetTempPath(), $"silos-handlers-{Guid.NewGuid():N}.db");
        return ValueTask.CompletedTask;
    }

    protected override DbConnection Connect() => new SqliteConnection($"Data Source={_file};Pooling=false");

    private string? Problem(string source) => Data.Handler()
        .Check(JsonText.Parse($$"""{"operation":"export","source":{{source}},"target":"out.csv"}"""))?.ToString();
}
