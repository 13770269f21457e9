using Microsoft.Extensions.Logging;
using Silos.Workers;

namespace Silos.Handlers.Command;

/// <summary>Takes what a program writes: into the run's log up to a limit, the last lines into the result. Both streams call it at once.</summary>
internal sealed partial class CommandOutput(JobContext context, int maxLogLines, int maxLastLines)
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _last = new();
    private long _lines;

    public void Add(string line, bool isError)
    {
        lock (_lock)
        {
            _lines++;
            _last.Enqueue(line);
            if (_last.Count > maxLastLines)
            {
                _last.Dequeue();
            }

            if (_lines > maxLogLines)
            {
                return;
            }

            if (isError)
            {
                LogError(context.Log, line);
            }
            else
            {
                LogLine(context.Log, line);
            }

            if (_lines == maxLogLines)
            {
                LogLimit(context.Log, maxLogLines);
            }
        }
    }

    public CommandResult ToResult(int exitCode, long durationMs)
    {
        lock (_lock)
        {
            return new CommandResult(exitCode, durationMs, _lines, Math.Max(0, _lines - maxLogLines), Fitted());
        }
    }

    private string[] Fitted()
    {
        var share = ResultText.MaxJsonBytes / 6 / Math.Max(1, _last.Count);
        return [.. _last.Select(line => ResultText.Cut(line, share))];
    }

    [LoggerMessage(LogLevel.Information, "{Line}")]
    private static partial void LogLine(ILogger log, string line);

    [LoggerMessage(LogLevel.Warning, "{Line}")]
    private static partial void LogError(ILogger log, string line);

    [LoggerMessage(LogLevel.Warning, "That were {Limit} lines; further ones are counted but not logged")]
    private static partial void LogLimit(ILogger log, int limit);
}
