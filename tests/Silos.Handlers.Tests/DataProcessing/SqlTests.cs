using System.Data.Common;
using System.Globalization;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing;

/// <summary>What holds for tables of any database; each one derives and brings connections and its words for types.</summary>
public abstract class SqlTests : IAsyncLifetime
{
    private readonly DataFolder _data = new();

    private protected DataFolder Data => _data;

    /// <summary>Gets the columns of the table for orders.</summary>
    protected abstract string Columns { get; }

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        _data.Options.AddConnection("shop", Connect, allowQueries: true);
        await ExecuteAsync($"create table orders ({Columns})");
    }

    public virtual ValueTask DisposeAsync()
    {
        _data.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_file_becomes_rows_with_the_tables_types_and_a_file_again()
    {
        _data["in.csv"] = "id,customer,amount,placed\n1,Ann,10.50,2025-01-31\n2,\"O'Hara; drop table orders\",,2025-02-01\n3,\"\",-3,\n";

        var import = await _data.RunAsync("""{"operation":"import","source":"in.csv","target":"table:orders"}""");
        var export = await _data.RunAsync("""{"operation":"export","source":{"query":"select id, customer, amount from orders order by id"},"target":"out.csv"}""");

        Assert.Equal((3, 3, 0, 0), DataFolder.Counts(import));
        Assert.Equal((3, 3, 0, 0), DataFolder.Counts(export));
        Assert.Equal(3, await ScalarAsync("select count(*) from orders"));
        Assert.Equal(1, await ScalarAsync("select count(*) from orders where amount is null"));
        Assert.Equal(1, await ScalarAsync("select count(*) from orders where customer = ''"));
        Assert.Equal(1, await ScalarAsync("select count(*) from orders where amount = 10.5"));
        Assert.StartsWith("id,customer,amount\n1,Ann,10.5", _data["out.csv"], StringComparison.Ordinal);
        Assert.Contains("\n2,O'Hara; drop table orders,\n3,\"\",-3", _data["out.csv"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_the_database_refuses_are_bad_and_the_rest_of_their_batch_is_written()
    {
        _data.Options.BatchSize = 4;
        _data["in.csv"] = "id,customer,amount\n1,a,1\n2,b,x\n3,c,3\n1,d,4\n5,e,5\n6,,6\n7,g,7\n8,h,8\n9,i,9\n";

        var context = await _data.RunAsync("""{"operation":"import","source":"in.csv","target":"table:orders"}""");

        Assert.Equal((9, 6, 0, 3), DataFolder.Counts(context));
        Assert.Equal(6, await ScalarAsync("select count(*) from orders"));
        Assert.Equal([3, 5, 7], _data.Errors("in.csv.errors.jsonl").Select(error => error.Line).Order());
    }

    [Fact]
    public async Task A_failed_import_leaves_the_table_as_it_was()
    {
        await ExecuteAsync("insert into orders (id, customer) values (1, 'before')");
        _data["in.csv"] = "id,customer\n1,a\n2,b\n2,c\n2,d\n";

        await Assert.ThrowsAsync<NonRetryableException>(() => _data.RunAsync(
            """{"operation":"import","source":"in.csv","target":{"table":"orders","mode":"replace"},"maxBadRows":1}"""));

        Assert.Equal(1, await ScalarAsync("select count(*) from orders where customer = 'before'"));
        Assert.Equal(1, await ScalarAsync("select count(*) from orders"));
    }

    [Fact]
    public async Task Replacing_and_overwriting_by_key_can_be_repeated_and_adding_adds()
    {
        await ExecuteAsync("insert into orders (id, customer, amount) values (1, 'old', 7)");
        _data["in.jsonl"] = "{\"id\":1,\"customer\":\"new\"}\n{\"id\":2,\"customer\":\"b\",\"amount\":2.5}\n";

        for (var i = 0; i < 2; i++)
        {
            await _data.RunAsync("""{"operation":"import","source":"in.jsonl","target":{"table":"orders","key":"id"}}""");
        }

        Assert.Equal(2, await ScalarAsync("select count(*) from orders"));
        Assert.Equal(1, await ScalarAsync("select count(*) from orders where id = 1 and customer = 'new' and amount = 7"));

        for (var i = 0; i < 2; i++)
        {
            await _data.RunAsync("""{"operation":"import","source":"in.jsonl","target":{"table":"orders","mode":"replace"}}""");
        }

        Assert.Equal(2, await ScalarAsync("select count(*) from orders"));
        Assert.Equal(1, await ScalarAsync("select count(*) from orders where id = 1 and amount is null"));
        await Assert.ThrowsAsync<NonRetryableException>(() =>
            _data.RunAsync("""{"operation":"import","source":"in.jsonl","target":"table:orders"}"""));
    }

    [Fact]
    public async Task Tables_can_be_aggregated_into_files_and_into_tables()
    {
        await ExecuteAsync("insert into orders (id, customer, amount) values (1, 'a', 1.5), (2, 'b', 2), (3, 'a', 3)");
        await ExecuteAsync($"create table totals ({Columns.Replace("id", "orders", StringComparison.Ordinal)})");

        await _data.RunAsync("""{"operation":"aggregate","source":"table:orders","target":"t.csv","groupBy":"customer","sum":"amount"}""");
        await _data.RunAsync("""{"operation":"aggregate","source":"table:orders","target":{"table":"totals","mode":"replace"},"groupBy":"customer","count":"orders"}""");

        Assert.Matches("^customer,sum_amount\na,4.50?\nb,2(.00)?\n$", _data["t.csv"]);
        Assert.Equal(2, await ScalarAsync("select orders from totals where customer = 'a'"));
    }

    [Fact]
    public async Task A_column_that_the_table_does_not_have_is_told_before_anything_is_written()
    {
        _data["in.csv"] = "id,customer,colour\n1,a,red\n";

        var error = await Assert.ThrowsAsync<NonRetryableException>(() =>
            _data.RunAsync("""{"operation":"import","source":"in.csv","target":"table:orders"}"""));

        Assert.Equal("Column 'colour' is not in shop:orders, which has id, customer, amount, placed; use 'rename' or 'select'.", error.Message);
        await _data.RunAsync("""{"operation":"import","source":"in.csv","target":"table:orders","select":["id","customer"]}""");
    }

    [Fact]
    public async Task A_table_that_does_not_exist_is_not_worth_a_retry()
    {
        _data["in.csv"] = "id\n1\n";

        var write = await Assert.ThrowsAsync<NonRetryableException>(() =>
            _data.RunAsync("""{"operation":"import","source":"in.csv","target":"table:missing"}"""));
        var read = await Assert.ThrowsAsync<NonRetryableException>(() =>
            _data.RunAsync("""{"operation":"export","source":"table:missing","target":"out.csv"}"""));

        Assert.StartsWith("'shop:missing' cannot be written", write.Message, StringComparison.Ordinal);
        Assert.StartsWith("'shop:missing' cannot be read", read.Message, StringComparison.Ordinal);
        Assert.Equal(["in.csv"], _data.Files);
    }

    [Fact]
    public async Task Many_rows_go_in_and_out()
    {
        const int Rows = 20_000;
        _data["in.csv"] = "id,customer,amount\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => $"{i},c{i % 10},{i}.25\n"));

        var import = await _data.RunAsync("""{"operation":"import","source":"in.csv","target":"table:orders"}""");
        var export = await _data.RunAsync("""{"operation":"export","source":"table:orders","target":"out.jsonl"}""");

        Assert.Equal((Rows, Rows, 0, 0), DataFolder.Counts(import));
        Assert.Equal((Rows, Rows, 0, 0), DataFolder.Counts(export));
        Assert.Equal(Rows, File.ReadLines(Path.Combine(_data.Root, "out.jsonl")).Count());
    }

    protected abstract ValueTask PrepareAsync();

    protected abstract DbConnection Connect();

    protected async Task ExecuteAsync(string statement)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    protected async Task<long> ScalarAsync(string statement)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        return Convert.ToInt64(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
    }
}
