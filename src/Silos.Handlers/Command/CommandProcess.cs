using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Silos.Workers;

namespace Silos.Handlers.Command;

/// <summary>One program being run: started without a shell, fed, listened to, and ended with everything it started.</summary>
internal sealed class CommandProcess : IDisposable
{
    /// <summary>How long to wait for the last output after everything has ended; only a process that fled can hold the pipe open.</summary>
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(5);

    private static readonly string[] SafeEnvironment =
    [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP",
        "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "USERPROFILE", "ProgramFiles", "ProgramData",
    ];

    private readonly Process _process;
    private readonly string _marker;
    private readonly JobContext _context;
    private readonly CommandHandlerOptions _options;
    private readonly Task _output;
    private readonly Task _input;
    private bool _ended;

    private CommandProcess(
        Process process, string marker, string? input, JobContext context, CommandHandlerOptions options, CommandOutput output)
    {
        _process = process;
        _marker = marker;
        _context = context;
        _options = options;
        _output = Task.WhenAll(
            BoundedLineReader.ReadAsync(process.StandardOutput, options.MaxLineLength, line => output.Add(line, isError: false)),
            BoundedLineReader.ReadAsync(process.StandardError, options.MaxLineLength, line => output.Add(line, isError: true)));
        _input = FeedAsync(process.StandardInput, input);
    }

    /// <exception cref="NonRetryableException">The program cannot be started.</exception>
    public static CommandProcess Start(
        CommandPayload payload, string executable, string directory, JobContext context, CommandHandlerOptions options, CommandOutput output)
    {
        var marker = Guid.NewGuid().ToString("N");
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo(executable, payload.Arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
        };
        SetEnvironment(start.Environment, payload, context, options);
        start.Environment[ProcessTree.MarkerName] = marker;
        try
        {
            return new CommandProcess(Process.Start(start)!, marker, payload.Input, context, options, output);
        }
        catch (Win32Exception exception)
        {
            throw new NonRetryableException($"The program {executable} cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Waits for the end; when cancelled, ends the program with all its descendants and then throws.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await StopAsync();
            await OutputAsync();
            throw;
        }

        // The run is over when its program is: what it left behind in the background would belong to nobody.
        ProcessTree.KillMarked(_marker);
        _ended = true;
        await OutputAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_ended)
        {
            // Whatever went wrong on the way here, no program survives its run.
            ProcessTree.KillAll(_process, _marker);
        }

        _process.Dispose();
    }

    private static void SetEnvironment(
        IDictionary<string, string?> environment, CommandPayload payload, JobContext context, CommandHandlerOptions options)
    {
        if (!options.InheritEnvironment)
        {
            foreach (var name in environment.Keys.ToArray())
            {
                if (!SafeEnvironment.Contains(name) && !name.StartsWith("LC_", StringComparison.Ordinal)
                    && !options.PassEnvironment.Contains(name))
                {
                    environment.Remove(name);
                }
            }
        }

        environment["SILOS_RUN_ID"] = context.RunId.ToString();
        environment["SILOS_TENANT"] = context.Tenant.Value;
        environment["SILOS_JOB"] = context.Job?.Value ?? string.Empty;
        environment["SILOS_ATTEMPT"] = context.Attempt.ToString(CultureInfo.InvariantCulture);
        environment["SILOS_FENCING_TOKEN"] = context.FencingToken.ToString(CultureInfo.InvariantCulture);
        environment["SILOS_IDEMPOTENCY_KEY"] = context.IdempotencyKey;
        environment["SILOS_DUE_AT"] = context.DueAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        foreach (var (name, value) in payload.Environment)
        {
            environment[name] = value;
        }
    }

    private static async Task FeedAsync(StreamWriter writer, string? input)
    {
        try
        {
            await using (writer)
            {
                if (input is not null)
                {
                    await writer.WriteAsync(input);
                }
            }
        }
        catch (IOException)
        {
            // The program has ended, or closed its input, without reading all of it: that is its decision.
        }
    }

    private async Task StopAsync()
    {
        if (_options.StopGrace > TimeSpan.Zero && ProcessTree.TryAsk(_process))
        {
            using var grace = new CancellationTokenSource(_options.StopGrace, _context.Clock);
            try
            {
                await _process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                // It did not want to; now it must.
            }
        }

        ProcessTree.KillAll(_process, _marker);
        await _process.WaitForExitAsync(CancellationToken.None);
        _ended = true;
    }

    private async Task OutputAsync()
    {
        try
        {
            await Task.WhenAll(_output, _input).WaitAsync(OutputGrace, _context.Clock, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // A process that took off its marker keeps the pipe open. What it writes from now on is not the run's.
        }
    }
}
