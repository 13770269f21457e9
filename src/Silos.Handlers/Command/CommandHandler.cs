using Microsoft.Extensions.Options;
using Silos.Workers;

namespace Silos.Handlers.Command;

/// <summary>Runs a program with an argument vector; there is no shell in between.</summary>
/// <remarks>
/// What it writes goes to the run's log, so a program must not print secrets. Arguments are not logged. A program that is
/// stopped (cancelled, out of time, process stopping) is asked with SIGTERM and then killed with everything it started.
/// </remarks>
internal sealed partial class CommandHandler(IOptions<CommandHandlerOptions> options) : ReadyMadeHandler<CommandPayload>
{
    public const string Key = "command";

    private readonly CommandHandlerOptions _options = options.Value;

    protected override CommandPayload Read(PayloadObject payload) => CommandPayload.Read(payload, _options);

    protected override async Task RunAsync(CommandPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var executable = Executables.Find(payload.Command) ?? throw new NonRetryableException(
            $"payload.command '{FieldProblem.Shorten(payload.Command)}' must be a program that exists here and may be executed.");
        var directory = Path.GetFullPath(
            payload.WorkingDirectory ?? string.Empty, Path.GetFullPath(_options.WorkingDirectory ?? Environment.CurrentDirectory));
        if (!Directory.Exists(directory))
        {
            throw new NonRetryableException(
                $"payload.workingDirectory '{FieldProblem.Shorten(payload.WorkingDirectory)}' must be a directory that exists here.");
        }

        var name = Path.GetFileName(executable);
        LogStarting(context.Log, executable, payload.Arguments.Count, directory);
        await context.ReportProgressAsync(0, $"Running {name}");

        var output = new CommandOutput(context, _options.MaxLogLines, _options.LastLines);
        using var timeout = payload.Timeout is { } limit
            ? new CancellationTokenSource(limit, context.Clock)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var started = context.Clock.GetTimestamp();
        using var process = CommandProcess.Start(payload, executable, directory, context, _options, output);
        int exitCode;
        try
        {
            exitCode = await process.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(context.Log, name);
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        catch (OperationCanceledException)
        {
            LogStopped(context.Log, name);
            throw new TimeoutException($"{name} had not ended after {payload.Timeout}; it was stopped with everything it had started.");
        }

        var result = output.ToResult(exitCode, (long)context.Clock.GetElapsedTime(started).TotalMilliseconds);
        LogEnded(context.Log, name, exitCode, result.DurationMs, result.Lines, result.LinesDropped);
        context.SetResult(result);
        if (!payload.ExpectedExitCodes.Contains(exitCode))
        {
            var said = result.LastLines.Count > 0 ? $" Its last line: {ResultText.OneLine(result.LastLines[^1], 300)}" : string.Empty;
            throw new CommandFailedException(
                exitCode,
                $"{name} ended with exit code {exitCode}, expected {string.Join(" or ", payload.ExpectedExitCodes)}.{said}");
        }

        await context.ReportProgressAsync(100, $"{name} ended with exit code {exitCode}");
    }
}
