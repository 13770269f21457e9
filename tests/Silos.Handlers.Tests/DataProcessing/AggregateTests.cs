using Silos.Workers;

namespace Silos.Handlers.DataProcessing;

public sealed class AggregateTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_nightly_report_of_the_manual_sums_sales_by_region()
    {
        _data["sales.csv"] = "region,amount\nnorth,10.10\nsouth,5\nnorth,0.20\n";

        var context = await _data.RunAsync("""
            { "operation": "aggregate", "source": "sales.csv", "target": "totals.csv", "groupBy": ["region"], "sum": ["amount"] }
            """);

        Assert.Equal("region,sum_amount\nnorth,10.30\nsouth,5\n", _data["totals.csv"]);
        Assert.Equal((3, 2, 0, 0), DataFolder.Counts(context));
        Assert.Equal(["sales.csv", "totals.csv"], _data.Files);
        Assert.Equal(100, context.Progress[^1].Percent);
    }

    [Fact]
    public async Task Every_function_leaves_out_what_is_empty()
    {
        _data["in.csv"] = "g,n,d\na,10,2025-02-01\na,,2025-01-31\na,-2.5,\nb,,\n";

        await _data.RunAsync("""
            {
              "operation": "aggregate", "source": "in.csv", "target": "out.jsonl", "groupBy": "g", "count": true,
              "sum": "n", "min": ["n", "d"], "max": ["n", "d"], "avg": "n"
            }
            """);

        Assert.Equal(
            """{"g":"a","count":3,"sum_n":7.5,"min_n":-2.5,"min_d":"2025-01-31","max_n":10,"max_d":"2025-02-01","avg_n":3.75}"""
            + "\n"
            + """{"g":"b","count":1,"sum_n":null,"min_n":null,"min_d":null,"max_n":null,"max_d":null,"avg_n":null}"""
            + "\n",
            _data["out.jsonl"]);
    }

    [Fact]
    public async Task Sums_are_exact_where_floating_point_is_not()
    {
        _data["in.csv"] = "n\n" + string.Concat(Enumerable.Repeat("0.1\n", 1_000)) + "1e20\n";

        await _data.RunAsync("""{"operation":"aggregate","source":"in.csv","target":"out.csv","sum":"n"}""");

        Assert.Equal("sum_n\n100000000000000000100.0\n", _data["out.csv"]);
    }

    [Fact]
    public async Task No_rows_and_no_groups_give_one_row_of_nothing()
    {
        _data["in.csv"] = "n\n";

        await _data.RunAsync("""{"operation":"aggregate","source":"in.csv","target":"out.csv","count":"rows","sum":"n"}""");

        Assert.Equal("rows,sum_n\n0,\n", _data["out.csv"]);
    }

    [Fact]
    public async Task A_row_whose_amount_is_no_number_is_kept_aside_and_counts_nowhere()
    {
        _data["sales.csv"] = "region,amount,tax\nnorth,1,1\nnorth,2,many\nsouth,\"1,5\",1\nnorth,3,1\n";

        var context = await _data.RunAsync("""
            {"operation":"aggregate","source":"sales.csv","target":"totals.csv","groupBy":"region","count":true,"sum":["amount","tax"]}
            """);

        Assert.Equal("region,count,sum_amount,sum_tax\nnorth,2,4,2\n", _data["totals.csv"]);
        Assert.Equal((4, 1, 0, 2), DataFolder.Counts(context));
        Assert.Equal("totals.csv.errors.jsonl", context.Result.GetProperty("errorsFile").GetString());
        Assert.Equal(
            """{"line":3,"error":"tax 'many' is not a number","row":{"region":"north","amount":"2","tax":"many"}}"""
            + "\n"
            + """{"line":4,"error":"amount '1,5' is not a number","row":{"region":"south","amount":"1,5","tax":"1"}}"""
            + "\n",
            _data["totals.csv.errors.jsonl"]);
        Assert.Equal(["line 3: tax 'many' is not a number", "line 4: amount '1,5' is not a number"], context.Failed);
    }

    [Fact]
    public async Task A_sum_that_leaves_the_range_of_exact_numbers_makes_the_row_bad()
    {
        _data["in.csv"] = "n\n70000000000000000000000000000\n70000000000000000000000000000\n1\n";

        await _data.RunAsync("""{"operation":"aggregate","source":"in.csv","target":"out.csv","sum":"n"}""");

        Assert.Equal("sum_n\n70000000000000000000000000001\n", _data["out.csv"]);
        Assert.Equal(3, Assert.Single(_data.Errors("out.csv.errors.jsonl")).Line);
    }

    [Fact]
    public async Task Too_many_groups_stop_the_run()
    {
        _data.Options.MaxGroups = 2;
        _data["in.csv"] = "g\na\nb\na\nc\n";

        var error = await Assert.ThrowsAsync<NonRetryableException>(() =>
            _data.RunAsync("""{"operation":"aggregate","source":"in.csv","target":"out.csv","groupBy":"g","count":true}"""));

        Assert.Contains("more than 2 groups", error.Message, StringComparison.Ordinal);
        Assert.Equal(["in.csv"], _data.Files);
    }

    [Fact]
    public async Task Groups_whose_values_look_alike_when_joined_stay_apart()
    {
        _data["in.csv"] = "a,b\n1,23\n12,3\n1:2,3\n";

        var context = await _data.RunAsync(
            """{"operation":"aggregate","source":"in.csv","target":"out.csv","groupBy":["a","b"],"count":true}""");

        Assert.Equal((3, 3, 0, 0), DataFolder.Counts(context));
    }

    [Fact]
    public async Task A_misspelt_column_is_told_with_the_columns_there_are()
    {
        _data["sales.csv"] = "region,amount\nnorth,1\n";

        var error = await Assert.ThrowsAsync<NonRetryableException>(() => _data.RunAsync(
            """{"operation":"aggregate","source":"sales.csv","target":"out.csv","groupBy":"regoin","sum":"amount"}"""));

        Assert.Equal("payload.groupBy 'regoin' must be a column; the columns are region, amount.", error.Message);
    }

    [Fact]
    public async Task Rows_can_be_filtered_and_renamed_on_their_way_into_groups()
    {
        _data["in.jsonl"] = """
            {"who":"ann","n":1}
            {"who":"bob","n":5}
            {"who":"ann","n":7}
            """;

        var context = await _data.RunAsync("""
            {
              "operation": "aggregate", "source": "in.jsonl", "target": "out.csv",
              "filter": {"column":"n","op":">","value":1}, "rename": {"who":"person"}, "groupBy": "person", "sum": "n"
            }
            """);

        Assert.Equal("person,sum_n\nann,7\nbob,5\n", _data["out.csv"]);
        Assert.Equal((3, 2, 1, 0), DataFolder.Counts(context));
    }
}
