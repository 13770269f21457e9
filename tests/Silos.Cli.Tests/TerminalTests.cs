using System.Text.Json;
using Silos.Cli.Tests.Support;

namespace Silos.Cli.Tests;

/// <summary>What a terminal changes, and the file of profiles.</summary>
public sealed class TerminalTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Colours_are_for_terminals_only_and_NO_COLOR_is_heard()
    {
        using var terminal = new Terminal();
        const string Line = "schedule explain \"0 0 * * *\" --count 1";
        Assert.DoesNotContain('\u001b', (await terminal.RunAsync(Line)).Out);
        terminal.IsTerminal = true;
        Assert.Contains("\u001b[1mDUE", (await terminal.RunAsync(Line)).Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', (await terminal.RunAsync($"{Line} -o json")).Out);
        terminal.Environment["NO_COLOR"] = "1";
        Assert.DoesNotContain('\u001b', (await terminal.RunAsync(Line)).Out);
        terminal.Environment.Remove("NO_COLOR");
        terminal.Environment["TERM"] = "dumb";
        Assert.DoesNotContain('\u001b', (await terminal.RunAsync(Line)).Out);
    }

    [Fact]
    public async Task Profiles_lie_in_a_file_that_only_their_owner_can_read_and_never_show_the_key()
    {
        await using var stub = await StubServer.StartAsync();
        using var terminal = new Terminal { IsTerminal = true, Secret = StubServer.GoodKey };
        var outcome = await terminal.RunAsync($"login {stub.Url} --profile prod");
        Assert.Equal(0, outcome.Exit);
        Assert.DoesNotContain(StubServer.GoodKey, outcome.Out + outcome.Error, StringComparison.Ordinal);
        var file = Assert.Single(Directory.EnumerateFiles(terminal.Settings));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        // The one logged in last is the one that is used.
        Assert.Contains("laptop", (await terminal.RunAsync("whoami")).Out, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "{", Cancelled);
        var broken = await terminal.RunAsync("whoami");
        Assert.Equal((int)CliExit.Usage, broken.Exit);
        Assert.Contains("silos login", broken.Error, StringComparison.Ordinal);

        // Who names a server needs no profiles.
        Assert.Equal((int)CliExit.Unauthorised, (await terminal.RunAsync($"whoami --server {stub.Url}")).Exit);
    }

    [Fact]
    public async Task The_key_of_a_profile_is_not_sent_to_another_server()
    {
        await using var stub = await StubServer.StartAsync();
        await using var other = await StubServer.StartAsync();
        using var terminal = new Terminal { IsTerminal = true, Secret = StubServer.GoodKey };
        await terminal.RunAsync($"login {stub.Url}");
        Assert.Equal((int)CliExit.Ok, (await terminal.RunAsync($"whoami --server {stub.Url}/")).Exit);
        Assert.Equal((int)CliExit.Unauthorised, (await terminal.RunAsync($"whoami --server {other.Url}")).Exit);
        terminal.Environment["SILOS_SERVER"] = other.Url;
        Assert.Equal((int)CliExit.Unauthorised, (await terminal.RunAsync("whoami")).Exit);
        terminal.Environment["SILOS_KEY"] = StubServer.GoodKey;
        Assert.Equal((int)CliExit.Ok, (await terminal.RunAsync("whoami")).Exit);
    }

    [Fact]
    public async Task A_key_that_was_made_is_good_for_its_role_until_it_is_revoked()
    {
        var folder = Directory.CreateTempSubdirectory("silos-server-");
        try
        {
            const string Root = "the-key-of-the-configuration";
            await using var server = await TestServer.StartAsync(folder.FullName, Root);
            using var terminal = new Terminal { Clock = server.Clock, IsTerminal = true, Secret = Root };
            terminal.Environment["NO_COLOR"] = "1";
            Assert.Contains(", admin of default (profile default)", (await terminal.RunAsync($"login {server.Url}")).Out, StringComparison.Ordinal);
            var made = JsonDocument.Parse((await terminal.RunAsync("keys create grafana --role viewer --expires 90d -o json")).Out).RootElement;
            Assert.Equal(server.Clock.GetUtcNow() + TimeSpan.FromDays(90), made.GetProperty("expiresAt").GetDateTimeOffset());

            terminal.Secret = made.GetProperty("key").GetString()!;
            Assert.Contains("as grafana, viewer of default (profile grafana)", (await terminal.RunAsync($"login {server.Url} --profile grafana")).Out, StringComparison.Ordinal);
            Assert.Equal((int)CliExit.Ok, (await terminal.RunAsync("jobs list")).Exit);
            Assert.Equal((int)CliExit.Unauthorised, (await terminal.RunAsync("jobs delete of-the-server")).Exit);

            Assert.Contains("grafana  viewer", (await terminal.RunAsync("keys list --profile default")).Out, StringComparison.Ordinal);
            Assert.Equal((int)CliExit.Ok, (await terminal.RunAsync($"keys revoke {made.GetProperty("id").GetString()} --profile default")).Exit);
            Assert.Equal((int)CliExit.Unauthorised, (await terminal.RunAsync("jobs list")).Exit);
            Assert.Contains("revoked", (await terminal.RunAsync("keys list --profile default")).Out, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_job_that_was_shown_is_applied_again_with_the_secret_that_was_not()
    {
        var folder = Directory.CreateTempSubdirectory("silos-server-");
        try
        {
            await using var server = await TestServer.StartAsync(folder.FullName);
            using var terminal = new Terminal { Clock = server.Clock };
            terminal.Environment["SILOS_SERVER"] = server.Url;
            var file = Path.Combine(terminal.Folder, "shop.yaml");
            await File.WriteAllTextAsync(
                file, "jobs:\n  - { name: nightly, handler: echo, payload: { url: a, password: hush-hush } }\n", TestContext.Current.CancellationToken);
            Assert.Equal((int)CliExit.Ok, (await terminal.RunAsync("jobs apply -f shop.yaml")).Exit);

            var shown = (await terminal.RunAsync("jobs get nightly --definition")).Out;
            Assert.Contains("[redacted]", shown, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, shown, TestContext.Current.CancellationToken);

            var diff = await terminal.RunAsync("jobs diff -f shop.yaml");
            Assert.Equal((int)CliExit.Ok, diff.Exit);
            Assert.Contains("0 to change, 0 to delete, 1 unchanged", diff.Out, StringComparison.Ordinal);
            Assert.Contains("0 changed, 0 deleted, 1 unchanged", (await terminal.RunAsync("jobs apply -f shop.yaml")).Out, StringComparison.Ordinal);
            Assert.DoesNotContain("payload", (await terminal.RunAsync("jobs history nightly")).Out, StringComparison.Ordinal);

            await File.WriteAllTextAsync(file, shown.Replace("nightly", "another", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            var refused = await terminal.RunAsync("jobs apply -f shop.yaml");
            Assert.NotEqual((int)CliExit.Ok, refused.Exit);
            Assert.Contains("payload.password", refused.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_person_who_waits_sees_how_far_the_run_is_and_its_log_as_it_is_written()
    {
        var folder = Directory.CreateTempSubdirectory("silos-server-");
        try
        {
            await using var server = await TestServer.StartAsync(folder.FullName);
            using var terminal = new Terminal { Clock = TimeProvider.System };
            terminal.Environment["SILOS_SERVER"] = server.Url;
            var id = (await terminal.RunAsync("enqueue hold --attempt-timeout none")).Out.Split(' ')[2];
            terminal.IsTerminal = true;
            var waiting = terminal.RunAsync($"runs wait {id}");
            var following = terminal.RunAsync($"runs logs {id} -f");
            using var other = new Terminal { Clock = server.Clock };
            other.Environment["SILOS_SERVER"] = server.Url;
            while ((await other.RunAsync($"runs get {id} -o json")).Out.Contains("\"state\": \"running\"", StringComparison.Ordinal) is false)
            {
                Cancelled.ThrowIfCancellationRequested();
            }

            await other.RunAsync($"runs cancel {id} --terminate");
            var waited = await waiting;
            Assert.Equal((int)CliExit.RunFailed, waited.Exit);
            Assert.Contains("cancelled", waited.Out, StringComparison.Ordinal);
            Assert.Contains("\r", waited.Error, StringComparison.Ordinal);
            Assert.Equal((int)CliExit.Ok, (await following).Exit);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_person_who_waits_for_an_operation_sees_how_far_it_is()
    {
        var folder = Directory.CreateTempSubdirectory("silos-server-");
        try
        {
            await using var server = await TestServer.StartAsync(folder.FullName);
            using var terminal = new Terminal { Clock = TimeProvider.System };
            terminal.Environment["SILOS_SERVER"] = server.Url;
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal((int)CliExit.RunFailed, (await terminal.RunAsync("enqueue fail --wait")).Exit);
            }

            terminal.IsTerminal = true;
            terminal.Environment["NO_COLOR"] = "1";
            var waiting = terminal.RunAsync("runs retry --state dead --wait");
            while (!waiting.IsCompleted)
            {
                server.Clock.Advance(TimeSpan.FromSeconds(1));
                await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled));
            }

            var waited = await waiting;
            Assert.Equal(((int)CliExit.Ok, "retried 3 of 3 runs\n"), (waited.Exit, waited.Out));
            Assert.Contains("[..............................]   0 %  retried 0 of 3 runs", waited.Error, StringComparison.Ordinal);
            Assert.EndsWith("\r\u001b[K", waited.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task An_alarm_that_is_on_is_an_exit_code_for_scripts()
    {
        var folder = Directory.CreateTempSubdirectory("silos-server-");
        try
        {
            await using var server = await TestServer.StartAsync(folder.FullName);
            using var terminal = new Terminal { Clock = server.Clock };
            terminal.Environment["SILOS_SERVER"] = server.Url;
            Assert.Equal(new Outcome((int)CliExit.Ok, "no alarm is on\n", string.Empty), await terminal.RunAsync("alarms --exit-code"));
            await terminal.RunAsync("queues limits slow --max-concurrency 1");
            var first = (await terminal.RunAsync("enqueue hold --queue slow --attempt-timeout none")).Out.Split(' ')[2];
            var second = (await terminal.RunAsync("enqueue hold --queue slow --attempt-timeout none")).Out.Split(' ')[2];

            var on = await AlarmsAsync("alarms --exit-code", outcome => outcome.Exit != 0);
            Assert.Equal((int)CliExit.AlarmOn, on.Exit);
            Assert.Contains("backlog  queue slow", on.Out, StringComparison.Ordinal);
            Assert.Equal((int)CliExit.Ok, (await terminal.RunAsync("alarms")).Exit);
            Assert.Equal((int)CliExit.AlarmOn, (await terminal.RunAsync("alarms --all --exit-code -o json")).Exit);

            await terminal.RunAsync($"runs cancel {second} {first} --terminate");
            var over = await AlarmsAsync("alarms --all --exit-code", outcome => outcome.Exit == 0);
            Assert.Contains("over", over.Out, StringComparison.Ordinal);

            async Task<Outcome> AlarmsAsync(string line, Func<Outcome, bool> isIt)
            {
                while (true)
                {
                    var outcome = await terminal.RunAsync(line);
                    if (isIt(outcome))
                    {
                        return outcome;
                    }

                    Cancelled.ThrowIfCancellationRequested();
                    server.Clock.Advance(TimeSpan.FromMinutes(1));
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Whoever_interrupts_is_told_so_in_one_line()
    {
        var folder = Directory.CreateTempSubdirectory("silos-server-");
        try
        {
            await using var server = await TestServer.StartAsync(folder.FullName);
            using var terminal = new Terminal { Clock = server.Clock };
            terminal.Environment["SILOS_SERVER"] = server.Url;
            var id = (await terminal.RunAsync("enqueue noop --delay 1h")).Out.Split(' ')[2];
            using var interrupt = new CancellationTokenSource();
            var waiting = terminal.RunAsync(["runs", "wait", id], interrupt.Token);
            await interrupt.CancelAsync();
            var outcome = await waiting;
            Assert.Equal(((int)CliExit.Interrupted, "silos: interrupted\n"), (outcome.Exit, outcome.Error));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
