using Silos.Workers;

namespace Silos.Handlers.DataProcessing;

public sealed class TransformTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Rows_are_cast_filtered_filled_renamed_and_chosen_in_that_order()
    {
        _data["in.csv"] = "id,name,amount,when,ok\n1,Ann,10.50,2025-01-31,yes\n2,Bob,3,2025-02-01T10:00:00+01:00,0\n3,Cid,,2025-02-02,1\n";

        var context = await _data.RunAsync("""
            {
              "operation": "transform", "source": "in.csv", "target": "out.jsonl",
              "cast": {"id":"integer","amount":"decimal","when":"datetime","ok":"boolean"},
              "filter": [{"column":"amount","op":">=","value":3}],
              "set": {"source":"import","name":"X"},
              "rename": {"when":"at"},
              "select": ["id","at","amount","ok","name","source"]
            }
            """);

        Assert.Equal(
            """{"id":1,"at":"2025-01-31T00:00:00Z","amount":10.50,"ok":true,"name":"X","source":"import"}"""
            + "\n"
            + """{"id":2,"at":"2025-02-01T10:00:00+01:00","amount":3,"ok":false,"name":"X","source":"import"}"""
            + "\n",
            _data["out.jsonl"]);
        Assert.Equal((3, 2, 1, 0), DataFolder.Counts(context));
    }

    [Theory]
    [InlineData("=", "\"b\"", "b")]
    [InlineData("!=", "\"b\"", "a c -")]
    [InlineData("<", "\"b\"", "a")]
    [InlineData(">=", "\"b\"", "b c")]
    [InlineData("in", "[\"a\",\"c\"]", "a c")]
    [InlineData("contains", "\"b\"", "b")]
    [InlineData("startsWith", "\"c\"", "c")]
    [InlineData("endsWith", "\"a\"", "a")]
    [InlineData("notEmpty", "null", "a b c")]
    [InlineData("empty", "null", "-")]
    public async Task Text_is_compared_by_its_characters(string op, string value, string expected)
    {
        _data["in.csv"] = "x,y\na,1\nb,1\nc,1\n,1\n";

        await _data.RunAsync($$$"""
            {"operation":"transform","source":"in.csv","target":"out.csv","filter":{"column":"x","op":"{{{op}}}","value":{{{value}}} }}
            """);

        var rows = _data["out.csv"].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1);
        Assert.Equal(expected, string.Join(' ', rows.Select(row => row.StartsWith(',') ? "-" : row[..1])));
    }

    [Fact]
    public async Task Csv_written_and_read_again_is_the_same()
    {
        var rows = new[] { "plain", "with,comma", "with \"quote\"", "two\nlines", "cr\r\nlf", " spaced ", "", "ünï🎉", "'=1+1" };
        _data["in.jsonl"] = string.Join('\n', rows.Select((text, i) => JsonText.From(new { i, text, nothing = (string?)null, z = 1 }).Text));

        await _data.RunAsync("""{"operation":"transform","source":"in.jsonl","target":"middle.csv"}""");
        await _data.RunAsync("""
            {"operation":"transform","source":"middle.csv","target":"out.jsonl","cast":{"i":"integer","z":"integer"}}
            """);

        Assert.Equal(
            _data["in.jsonl"].Split('\n').Select(line => JsonText.From(JsonText.Parse(line).As<Dictionary<string, object?>>()).Text),
            _data["out.jsonl"].TrimEnd('\n').Split('\n').Select(line => JsonText.From(JsonText.Parse(line).As<Dictionary<string, object?>>()).Text));
    }

    [Fact]
    public async Task A_file_may_have_a_byte_order_mark_other_delimiters_and_no_header()
    {
        File.WriteAllText(Path.Combine(_data.Root, "in.csv"), "a;b\r\n1;\"x;y\"\r\n", new System.Text.UTF8Encoding(true));
        _data["plain.txt"] = "1|2\n3|4\n";
        File.WriteAllText(Path.Combine(_data.Root, "old.csv"), "n\nKöln\n", System.Text.Encoding.Latin1);

        await _data.RunAsync("""
            {"operation":"transform","source":{"file":"in.csv","delimiter":";"},"target":{"file":"out.tsv","lineEnding":"crlf"}}
            """);
        await _data.RunAsync("""
            {
              "operation":"transform",
              "source":{"file":"plain.txt","format":"csv","delimiter":"|","header":false,"columns":["x","y"]},
              "target":{"file":"plain.csv","header":false}
            }
            """);

        await _data.RunAsync("""{"operation":"transform","source":{"file":"old.csv","encoding":"latin1"},"target":"new.csv"}""");

        Assert.Equal("n\nKöln\n", _data["new.csv"]);
        Assert.Equal("a\tb\r\n1\tx;y\r\n", _data["out.tsv"]);
        Assert.Equal("1,2\n3,4\n", _data["plain.csv"]);
    }

    [Fact]
    public async Task Bad_rows_are_kept_with_their_line_and_the_good_ones_around_them_go_on()
    {
        _data["in.csv"] = "a,b\n1,\"two\nlines\"\n2\n3,x,y\n4,ok\n5,\"open\n6,ok\n7,st\"ray\n8,\"x\"y\n9,ok\n10,\"never closed\n11,ok\n";

        var context = await _data.RunAsync("""{"operation":"transform","source":"in.csv","target":"out.csv"}""");

        Assert.Equal("a,b\n1,\"two\nlines\"\n4,ok\n6,ok\n9,ok\n11,ok\n", _data["out.csv"]);
        Assert.Equal((11, 5, 0, 6), DataFolder.Counts(context));
        Assert.Equal(
            [
                (4, "has 1 fields instead of 2"),
                (5, "has 3 fields instead of 2"),
                (7, "field 2 goes on after its closing quote"),
                (9, "field 2 has a quote in it, but does not begin with one"),
                (10, "field 2 goes on after its closing quote"),
                (12, "has a quote that is never closed"),
            ],
            _data.Errors("out.csv.errors.jsonl"));
        Assert.Contains("\"raw\":\"3,x,y\"", _data["out.csv.errors.jsonl"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_lines_of_json_are_kept_with_their_line()
    {
        _data.Options.MaxRowLength = 1_024;
        _data["in.jsonl"] = "{\"a\":1}\n\nnot json\n[1]\n{\"a\":1,\"a\":2}\n{\"a\":1e400}\n{\"a\":\"" + new string('x', 2_000) + "\"}\n{\"a\":2}\n";

        var context = await _data.RunAsync("""{"operation":"transform","source":"in.jsonl","target":"out.csv"}""");

        Assert.Equal("a\n1\n2\n", _data["out.csv"]);
        Assert.Equal([3, 4, 5, 6, 7], _data.Errors("out.csv.errors.jsonl").Select(error => error.Line));
        Assert.Equal((7, 2, 0, 5), DataFolder.Counts(context));
    }

    [Fact]
    public async Task A_field_that_the_csv_has_no_column_for_makes_the_row_bad_instead_of_vanishing()
    {
        _data["in.jsonl"] = "{\"a\":1,\"b\":2}\n{\"a\":3}\n{\"a\":4,\"c\":5}\n";

        await _data.RunAsync("""{"operation":"transform","source":"in.jsonl","target":"out.csv"}""");

        Assert.Equal("a,b\n1,2\n3,\n", _data["out.csv"]);
        Assert.Equal((3, "field 'c' is not a column of the target, which are a, b"), Assert.Single(_data.Errors("out.csv.errors.jsonl")));
    }

    [Fact]
    public async Task More_bad_rows_than_allowed_leave_the_target_as_it_was()
    {
        _data["out.csv"] = "before";
        _data["in.csv"] = "a,b\n1,2\n3\n4\n5,6\n";

        var error = await Assert.ThrowsAsync<NonRetryableException>(() =>
            _data.RunAsync("""{"operation":"transform","source":"in.csv","target":"out.csv","maxBadRows":1}"""));

        Assert.Contains("more than 1 bad rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 3: has 1 fields instead of 2", error.Message, StringComparison.Ordinal);
        Assert.Equal("before", _data["out.csv"]);
        Assert.Equal([3, 4], _data.Errors("out.csv.errors.jsonl").Select(e => e.Line));
        Assert.Equal(["in.csv", "out.csv", "out.csv.errors.jsonl"], _data.Files);
    }

    [Fact]
    public async Task A_run_without_a_single_good_row_is_a_failure()
    {
        _data["in.csv"] = "n\nx\ny\n";

        var error = await Assert.ThrowsAsync<NonRetryableException>(() =>
            _data.RunAsync("""{"operation":"transform","source":"in.csv","target":"out.csv","cast":{"n":"integer"}}"""));

        Assert.Contains("All 2 rows are bad", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("out.csv", _data.Files);
    }

    [Fact]
    public async Task A_clean_run_removes_the_bad_rows_of_the_one_before()
    {
        _data["in.csv"] = "n,m\n1\n2,2\n";
        await _data.RunAsync("""{"operation":"transform","source":"in.csv","target":"out.csv"}""");
        Assert.Contains("out.csv.errors.jsonl", _data.Files);

        _data["in.csv"] = "n,m\n1,1\n";
        await _data.RunAsync("""{"operation":"transform","source":"in.csv","target":"out.csv"}""");

        Assert.Equal(["in.csv", "out.csv"], _data.Files);
    }

    [Fact]
    public async Task A_cancelled_run_leaves_nothing_behind_and_the_target_as_it_was()
    {
        _data["out.csv"] = "before";
        _data["in.csv"] = "n\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{i}\n"));
        using var cancel = new CancellationTokenSource();
        var context = new FakeJobContext("""{"operation":"transform","source":"in.csv","target":"out.csv"}""")
        {
            OnProgress = (_, message) =>
            {
                if (message == "3,000 rows read")
                {
                    cancel.Cancel();
                }
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _data.Handler().RunAsync(context, cancel.Token));

        Assert.Equal("before", _data["out.csv"]);
        Assert.Equal(["in.csv", "out.csv"], _data.Files);
    }

    [Fact]
    public async Task A_file_can_be_transformed_into_itself_and_again_with_the_same_outcome()
    {
        const string Payload = """{"operation":"transform","source":"in.csv","target":"in.csv","filter":{"column":"n","op":"<","value":3}}""";
        _data["in.csv"] = "n\n1\n2\n3\n";

        await _data.RunAsync(Payload);
        await _data.RunAsync(Payload);

        Assert.Equal("n\n1\n2\n", _data["in.csv"]);
    }
}
