using System.Globalization;
using Microsoft.Extensions.Options;
using Silos.Workers;

namespace Silos.Handlers.Command;

public sealed class CommandHandlerTests
{
    [Fact]
    public void Without_being_switched_on_it_refuses_and_names_the_setting()
    {
        var problem = new CommandHandler(Options.Create(new CommandHandlerOptions())).Check(JsonText.Parse("""{"command":"ls"}"""));

        Assert.Contains("Silos:Handlers:Command:Enabled", problem!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_being_switched_on_it_runs_nothing() => await Assert.ThrowsAsync<NonRetryableException>(() =>
        new CommandHandler(Options.Create(new CommandHandlerOptions())).RunAsync(
            new FakeJobContext("""{"command":"true"}"""), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Arguments_arrive_as_they_are_because_there_is_no_shell()
    {
        var context = new FakeJobContext("""{"command":"printf","arguments":["%s\n","$HOME; echo no","a  b","*","--x"]}""");

        await RunAsync(context);

        Assert.Equal(["$HOME; echo no", "a  b", "*", "--x"], LastLines(context));
        Assert.Contains("Information: a  b", context.Lines);
        Assert.Equal(0, context.Result.GetProperty("exitCode").GetInt32());
        Assert.Equal(100, context.Progress[^1].Percent);
    }

    [Fact]
    public async Task Both_streams_go_to_the_log_and_input_comes_from_the_payload()
    {
        var context = Shell("cat; echo broken >&2", """, "stdin": "one\ntwo" """);

        await RunAsync(context);

        Assert.Contains("Information: one", context.Lines);
        Assert.Contains("Information: two", context.Lines);
        Assert.Contains("Warning: broken", context.Lines);
    }

    [Fact]
    public async Task A_program_that_does_not_read_its_input_is_no_failure() =>
        await RunAsync(Shell("exit 0", $$""", "stdin": "{{new string('x', 500_000)}}" """));

    [Fact]
    public async Task An_unexpected_exit_code_fails_with_the_last_line_and_an_expected_one_does_not()
    {
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => RunAsync(Shell("echo no space left >&2; exit 3")));

        Assert.Equal(3, error.ExitCode);
        Assert.Equal("sh ended with exit code 3, expected 0. Its last line: no space left", error.Message);
        await RunAsync(Shell("exit 3", """, "expectedExitCodes": [0, 3] """));
    }

    [Fact]
    public async Task The_environment_of_the_host_is_not_passed_on_unless_configured()
    {
        Environment.SetEnvironmentVariable("HANDLERS_TEST_SECRET", "hidden");
        Environment.SetEnvironmentVariable("HANDLERS_TEST_PASSED", "shown");
        var options = Enabled();
        options.PassEnvironment.Add("HANDLERS_TEST_PASSED");
        var context = new FakeJobContext("""{"command":"env","environment":{"MINE":"1"}}""");

        await RunAsync(context, options);

        Assert.DoesNotContain(context.Lines, line => line.Contains("HANDLERS_TEST_SECRET", StringComparison.Ordinal));
        Assert.Contains("Information: HANDLERS_TEST_PASSED=shown", context.Lines);
        Assert.Contains("Information: MINE=1", context.Lines);
        Assert.Contains(context.Lines, line => line.StartsWith("Information: PATH=", StringComparison.Ordinal));
        Assert.Contains($"Information: SILOS_RUN_ID={context.RunId}", context.Lines);
        Assert.Contains("Information: SILOS_FENCING_TOKEN=7", context.Lines);
        Assert.Contains("Information: SILOS_DUE_AT=2025-03-01T12:00:00.000Z", context.Lines);
    }

    [Fact]
    public async Task It_starts_in_the_directory_it_is_told()
    {
        var directory = Directory.CreateTempSubdirectory("silos-command");
        Directory.CreateDirectory(Path.Combine(directory.FullName, "inner"));
        var options = Enabled();
        options.WorkingDirectory = directory.FullName;
        var context = new FakeJobContext("""{"command":"pwd","workingDirectory":"inner"}""");

        await RunAsync(context, options);

        Assert.EndsWith("/inner", LastLines(context)[0], StringComparison.Ordinal);
        await Assert.ThrowsAsync<NonRetryableException>(() =>
            RunAsync(new FakeJobContext("""{"command":"pwd","workingDirectory":"missing"}"""), options));
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_flood_of_output_is_counted_but_not_logged()
    {
        var options = Enabled();
        options.MaxLogLines = 10;
        options.LastLines = 2;
        var context = Shell("i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done");

        await RunAsync(context, options);

        Assert.Equal(10, context.Lines.Count(line => line.StartsWith("Information: line ", StringComparison.Ordinal)));
        Assert.Equal(5_000, context.Result.GetProperty("lines").GetInt32());
        Assert.Equal(4_990, context.Result.GetProperty("linesDropped").GetInt32());
        Assert.Equal(["line 4998", "line 4999"], LastLines(context));
    }

    [Fact]
    public async Task An_endless_line_is_cut_and_takes_no_memory()
    {
        var context = Shell("head -c 20000000 /dev/zero | tr '\\0' x; echo; echo end");

        await RunAsync(context);

        var lines = LastLines(context);
        Assert.Equal(new string('x', 1_000) + "…", lines[0]);
        Assert.Equal("end", lines[1]);
    }

    [Fact]
    public async Task A_cancelled_run_leaves_no_process_behind_not_even_one_that_ignores_sigterm_or_lost_its_parent()
    {
        var pids = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = Enabled();
        options.StopGrace = TimeSpan.FromMilliseconds(200);

        // A child with a grandchild, both deaf to SIGTERM; and an orphan in a session of its own, whose parent has ended.
        const string Script = """
            trap '' TERM
            sh -c 'trap "" TERM; sh -c "trap \"\" TERM; sleep 300" & echo $! > gc; wait' &
            child=$!
            setsid sh -c 'sh -c "echo \$\$ > orphan; exec sleep 300" & exit 0'
            while [ ! -s gc ] || [ ! -s orphan ]; do sleep 0.02; done
            echo pids $$ $child $(cat gc) $(cat orphan)
            wait
            """;
        var directory = Directory.CreateTempSubdirectory("silos-command");
        options.WorkingDirectory = directory.FullName;
        var context = new FakeJobContext(JsonText.From(new { command = "sh", arguments = new[] { "-c", Script } }).Text)
        {
            OnLine = line =>
            {
                if (line.StartsWith("pids ", StringComparison.Ordinal))
                {
                    pids.TrySetResult(line);
                }
            },
        };
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = new CommandHandler(Options.Create(options)).RunAsync(context, cancel.Token);
        var ids = (await pids.Task.WaitAsync(TimeSpan.FromSeconds(20), cancel.Token)).Split(' ')[1..]
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(4, ids.Length);
        Assert.All(ids, id => Assert.True(IsAlive(id)));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.All(ids, id => Assert.False(IsAlive(id)));
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_program_that_is_out_of_time_may_clean_up_and_is_then_reported()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var time = new ManualTime();
        var context = new FakeJobContext(JsonText.From(new
        {
            command = "sh",
            arguments = new[] { "-c", "trap 'echo cleaned; exit 1' TERM; echo started; while :; do sleep 0.05; done" },
            timeout = "1m",
        }).Text)
        {
            Time = time,
            OnLine = line =>
            {
                if (line == "started")
                {
                    started.TrySetResult();
                }
            },
        };
        var run = RunAsync(context);
        await started.Task;

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Contains("sh had not ended after 00:01:00", (await Assert.ThrowsAsync<TimeoutException>(() => run)).Message, StringComparison.Ordinal);
        Assert.Contains("Information: cleaned", context.Lines);
    }

    [Fact]
    public async Task What_a_program_leaves_in_the_background_ends_with_its_run()
    {
        var context = Shell("sleep 300 & echo $!");

        await RunAsync(context);

        Assert.False(IsAlive(int.Parse(LastLines(context)[0], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Only_allowed_programs_run()
    {
        var options = Enabled();
        options.AllowedExecutables.Add("echo");
        options.AllowedExecutables.Add("/bin/sh");
        var handler = new CommandHandler(Options.Create(options));

        Assert.Null(handler.Check(JsonText.Parse("""{"command":"echo"}""")));
        Assert.Null(handler.Check(JsonText.Parse("""{"command":"/bin/sh"}""")));
        Assert.Contains("is not allowed", handler.Check(JsonText.Parse("""{"command":"cat"}"""))!.Problem, StringComparison.Ordinal);
        Assert.Contains("is not allowed", handler.Check(JsonText.Parse("""{"command":"/tmp/echo"}"""))!.Problem, StringComparison.Ordinal);
        await RunAsync(new FakeJobContext("""{"command":"echo"}"""), options);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_not_worth_a_retry()
    {
        var error = await Assert.ThrowsAsync<NonRetryableException>(() => RunAsync(new FakeJobContext("""{"command":"no-such-program"}""")));

        Assert.Equal("payload.command 'no-such-program' must be a program that exists here and may be executed.", error.Message);
    }

    [Theory]
    [InlineData("""{"command":"./tool"}""", "payload.command", "must be the absolute path of a program")]
    [InlineData("""{"command":"bin/tool"}""", "payload.command", "must be the absolute path of a program")]
    [InlineData("""{"command":"ls","arguments":"-l /"}""", "payload.arguments", "must be a list of texts")]
    [InlineData("""{"command":"ls","arguments":["a\u0000b"]}""", "payload.arguments[0]", "must not contain NUL")]
    [InlineData("""{"command":"ls","environment":{"LD_PRELOAD":"x.so"}}""", "payload.environment.LD_PRELOAD", "changes which code runs")]
    [InlineData("""{"command":"ls","environment":{"A=B":"x"}}""", "payload.environment", "without '='")]
    [InlineData("""{"command":"ls","expectedExitCodes":"0"}""", "payload.expectedExitCodes", "must be a whole number")]
    public void A_bad_payload_is_refused(string payload, string field, string problem)
    {
        var found = new CommandHandler(Options.Create(Enabled())).Check(JsonText.Parse(payload));

        Assert.Equal(field, found!.Field);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
    }

    private static CommandHandlerOptions Enabled() => new() { Enabled = true };

    private static FakeJobContext Shell(string script, string more = "") =>
        new($$"""{"command":"sh","arguments":["-c",{{JsonText.From(script)}}]{{more}}}""");

    private static Task RunAsync(FakeJobContext context, CommandHandlerOptions? options = null) =>
        new CommandHandler(Options.Create(options ?? Enabled())).RunAsync(context, TestContext.Current.CancellationToken);

    private static string[] LastLines(FakeJobContext context) =>
        [.. context.Result.GetProperty("lastLines").EnumerateArray().Select(line => line.GetString()!)];

    /// <summary>A zombie waits for its parent to look at it; it is dead all the same.</summary>
    private static bool IsAlive(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
