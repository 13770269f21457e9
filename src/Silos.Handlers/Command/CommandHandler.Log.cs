using Microsoft.Extensions.Logging;

namespace Silos.Handlers.Command;

internal sealed partial class CommandHandler
{
    [LoggerMessage(LogLevel.Information, "Running {Executable} with {Arguments} argument(s) in {Directory}")]
    private static partial void LogStarting(ILogger log, string executable, int arguments, string directory);

    [LoggerMessage(LogLevel.Information, "{Program} ended with exit code {ExitCode} after {Duration} ms; {Lines} line(s) of output, {Dropped} not logged")]
    private static partial void LogEnded(ILogger log, string program, int exitCode, long duration, long lines, long dropped);

    [LoggerMessage(LogLevel.Warning, "{Program} was stopped with everything it had started")]
    private static partial void LogStopped(ILogger log, string program);
}
