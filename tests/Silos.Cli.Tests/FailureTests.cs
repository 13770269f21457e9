using Silos.Cli.Tests.Support;

namespace Silos.Cli.Tests;

/// <summary>What is told when an answer does not come, or comes from half of the way.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task Whoever_enqueues_or_triggers_and_gets_no_answer_is_told_the_id_of_the_run()
    {
        await using var stub = await StubServer.StartAsync();
        using var terminal = Terminal(stub);
        var enqueued = await terminal.RunAsync("enqueue noop");
        Assert.Equal((int)CliExit.Unreachable, enqueued.Exit);
        var id = enqueued.Error.Split(' ')[2];
        Assert.True(Silos.Runs.RunId.TryParse(id, out _), enqueued.Error);
        Assert.StartsWith($"silos: run {id} may exist or not: 'silos runs get {id}' tells; with --id {id} it is safe to try again\n", enqueued.Error, StringComparison.Ordinal);
        Assert.EndsWith("look before you try again\n", enqueued.Error, StringComparison.Ordinal);

        foreach (var line in new[] { $"enqueue noop --id {id}", "enqueue noop --key order-7" })
        {
            Assert.EndsWith("it is safe to try again\n", (await terminal.RunAsync(line)).Error, StringComparison.Ordinal);
        }

        var triggered = (await terminal.RunAsync("jobs trigger nightly-report")).Error;
        Assert.Contains($"'silos runs get {triggered.Split(' ')[2]}' tells\n", triggered, StringComparison.Ordinal);
        Assert.DoesNotContain("safe to try again", triggered, StringComparison.Ordinal);
        Assert.DoesNotContain("safe to try again", (await terminal.RunAsync($"runs retry {id}")).Error, StringComparison.Ordinal);
        Assert.Contains("it is safe to try again", (await terminal.RunAsync("operations list")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backfill_that_stops_half_way_says_how_far_it_came_and_how_to_go_on()
    {
        await using var stub = await StubServer.StartAsync();
        using var terminal = Terminal(stub);
        stub.FailingBackfill = 3;
        var stopped = await terminal.RunAsync("jobs backfill cleanup --from 2026-03-01T00:00:00Z --to 2026-03-04T00:00:00Z");
        Assert.Equal((int)CliExit.Unreachable, stopped.Exit);
        var lines = stopped.Error.Split('\n');
        Assert.StartsWith("silos: made 800 runs of cleanup, up to 2026-03-03T00:00:00.001Z; the same again makes the rest, and none twice: silos ", lines[0], StringComparison.Ordinal);
        Assert.Equal("silos: The store is away.", lines[1]);
        Assert.Equal(3, stub.Backfills.Count);

        // What is typed as it was said asks for the same pieces under the same key.
        var again = await terminal.RunAsync(lines[0].Split("none twice: silos ")[1]);
        Assert.Equal((0, "made 1200 runs of cleanup\n"), (again.Exit, again.Out));
        Assert.Equal(stub.Backfills[..3], stub.Backfills[3..]);
        Assert.Single(stub.Backfills.Select(piece => piece.Split(' ')[2]).Distinct());
        await terminal.RunAsync("jobs backfill cleanup --from 2026-03-01T00:00:00Z --to 2026-03-04T00:00:00Z");
        Assert.NotEqual(stub.Backfills[0], stub.Backfills[^3]);
    }

    [Fact]
    public async Task An_error_of_the_server_cannot_command_the_terminal()
    {
        await using var stub = await StubServer.StartAsync();
        using var terminal = Terminal(stub);
        Assert.Equal("silos: It said \uFFFD[31mred\uFFFD[0m.\n", (await terminal.RunAsync("alarms")).Error);
    }

    private static Terminal Terminal(StubServer stub)
    {
        var terminal = new Terminal();
        terminal.Environment["SILOS_SERVER"] = stub.Url;
        terminal.Environment["SILOS_KEY"] = StubServer.GoodKey;
        return terminal;
    }
}
