using Silos.Cli.Output;
using Silos.Cli.Tests.Support;

namespace Silos.Cli.Tests;

/// <summary>Tables on terminals of all widths.</summary>
public sealed class TableTests
{
    private const string LongName = "nightly-report-of-the-warehouse-in-dublin";

    private static readonly int[] Widths = [60, 80, 100, 120, 250];

    [Fact]
    public async Task Every_list_fits_every_terminal_and_ids_names_and_states_are_whole()
    {
        var folder = Directory.CreateTempSubdirectory("silos-server-");
        try
        {
            await using var server = await TestServer.StartAsync(folder.FullName, "the-key-of-the-configuration");
            using var terminal = new Terminal { Clock = server.Clock };
            terminal.Environment["SILOS_SERVER"] = server.Url;
            terminal.Environment["SILOS_KEY"] = "the-key-of-the-configuration";
            terminal.Environment["NO_COLOR"] = "1";
            await File.WriteAllTextAsync(
                Path.Combine(terminal.Folder, "shop.yaml"),
                $$"""
                jobs:
                  - { name: {{LongName}}, handler: fail, schedules: ["30 1 * * *", "0 12 1 * *", "0 18 * * FRI"], timeZone: Europe/Dublin }
                  - { name: short, handler: echo, schedule: "@daily" }
                """,
                TestContext.Current.CancellationToken);
            await RunAsync("jobs apply -f shop.yaml");
            await RunAsync("queues pause mail --reason \"the relay in the cellar is down since this morning\"");
            await RunAsync("queues limits mail --max-concurrency 4 --rate 100 --interval 1m --burst 20 --weight 3");
            Assert.Equal((int)CliExit.RunFailed, (await terminal.RunAsync($"jobs trigger {LongName} --wait")).Exit);
            var dead = (await RunAsync($"runs list --job {LongName} -o json")).Out.Split("\"id\": \"")[1].Split('"')[0];
            var operation = (await RunAsync("runs retry --state dead --reason \"whatever it was, it is repaired by now\" -o json")).Out.Split("\"id\": \"")[1].Split('"')[0];
            var key = (await RunAsync("keys create grafana-of-the-warehouse --role viewer --expires 90d -o json")).Out.Split("\"id\": \"")[1].Split('"')[0];

            foreach (var width in Widths)
            {
                await FitsAsync("jobs list", width, LongName, "idle", "short");
                await FitsAsync("runs list", width, dead, "dead", LongName);
                await FitsAsync("silos list", width, TestServer.Name, "up");
                await FitsAsync("queues list", width, "default", "mail");
                await FitsAsync("operations list", width, operation, "retry");
                await FitsAsync("keys list", width, key, "grafana-of-the-warehouse", "viewer", "good");
                await FitsAsync("audit", width, "queue.limits", "queue mail");
                await FitsAsync($"jobs ledger {LongName}", width);
                await FitsAsync($"jobs preview {LongName} --count 3", width, "2026-03-29 01:00:00Z");
                await FitsAsync($"jobs explain {LongName}", width, "not_due");
                await FitsAsync($"runs get {dead}", width, "dead", "The warehouse does not answer.");
            }

            terminal.IsTerminal = true;
            terminal.Width = 120;
            Assert.Contains("SOURCE", (await RunAsync("jobs list --search short")).Out, StringComparison.Ordinal);

            // In a pipe nothing is cut, however long.
            terminal.IsTerminal = false;
            terminal.Width = 20;
            var silos = (await RunAsync("silos list")).Out.Split('\n');
            Assert.Equal(3, silos.Length);
            Assert.EndsWith("http, noop", silos[1], StringComparison.Ordinal);

            async Task<Outcome> RunAsync(string line)
            {
                var outcome = await terminal.RunAsync(line);
                Assert.True(outcome.Exit == 0, outcome.Error);
                return outcome;
            }

            async Task FitsAsync(string line, int columns, params string[] whole)
            {
                (terminal.IsTerminal, terminal.Width) = (true, columns);
                var text = (await RunAsync(line)).Out;
                (terminal.IsTerminal, terminal.Width) = (false, 120);
                Assert.All(whole, word => Assert.True(text.Contains(word, StringComparison.Ordinal), $"'{line}' at {columns} has no '{word}':\n{text}"));
                Assert.All(text.Split('\n').Where(shown => !shown.Contains(": ", StringComparison.Ordinal) && !shown.StartsWith("error ", StringComparison.Ordinal)), shown =>
                    Assert.True(shown.Length <= columns, $"'{line}' at {columns} is too wide:\n{text}"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(40, "ID    STATE  DUE   WHY\n<id>  dead   noon  The warehouse does n…\n")]
    [InlineData(30, "ID    STATE  DUE   WHY\n<id>  dead   noon  The wareho…\n")]
    [InlineData(20, "ID    STATE  DUE\n<id>  dead   noon\n")]
    [InlineData(12, "ID    STATE\n<id>  dead\n")]
    [InlineData(8, "ID\n  STATE\n<id>\n  dead\n")]
    public void What_matters_less_is_shortened_and_then_left_out(int width, string expected)
    {
        var view = new TextView(colours: false, width);
        view.Table("none", ["ID", "STATE", Column.IfRoom("DUE", 1), Column.Short("WHY", 2, 6)], [["<id>", "dead", "noon", "The warehouse does not answer."]]);
        Assert.Equal(expected, view.ToString());
    }

    [Fact]
    public void Sentences_go_on_below_themselves_and_empty_lines_are_left_out()
    {
        IReadOnlyList<Cell>[] rows = [["draining", "The process is stopping and starts nothing more."], ["paused", ""]];
        var view = new TextView(colours: false, 36);
        view.Table("none", ["REASON", Column.Prose("MESSAGE")], rows);
        Assert.Equal("REASON    MESSAGE\ndraining  The process is stopping\n          and starts nothing more.\npaused\n", view.ToString());
        view = new TextView(colours: false, 30);
        view.Table("none", ["REASON", Column.Prose("MESSAGE")], rows);
        Assert.Equal("REASON\n  MESSAGE\ndraining\n  The process is stopping and\n  starts nothing more.\npaused\n", view.ToString());
    }

    [Fact]
    public void What_takes_two_columns_counts_as_two()
    {
        var view = new TextView(colours: false, 20);
        view.Table("none", ["NAME", Column.Short("TEXT", 1, 4)], [["日本語", "倉庫は応答しません"], ["a", "b"]]);
        Assert.Equal("NAME    TEXT\n日本語  倉庫は応答…\na       b\n", view.ToString());
    }

    [Fact]
    public void Whatever_a_terminal_would_obey_is_taken_out_of_the_texts_of_others()
    {
        var view = new TextView(colours: false, null);
        view.Line("a\u001b[2Jb\u009b1m\r\nc\td");
        view.Line(new Cell("e\u001bf\ng"));
        view.Table("none", ["A"], [["x\u0007\ny"]]);
        Assert.Equal("a\uFFFD[2Jb\uFFFD1m\nc\td\ne\uFFFDf\uFFFDg\nA\nx\uFFFD\uFFFDy\n", view.ToString());
    }
}
