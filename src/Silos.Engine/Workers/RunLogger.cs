using Microsoft.Extensions.Logging;

namespace Silos.Engine.Workers;

/// <summary>A handler's logger: each line goes to the run's log and, with the run as its scope, to the process's.</summary>
internal sealed class RunLogger(AttemptContext attempt, ILogger process) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => process.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) =>
        logLevel != LogLevel.None && (logLevel >= LogLevel.Information || process.IsEnabled(logLevel));

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var text = formatter(state, exception);
        attempt.Append(logLevel, exception is null ? text : $"{text}\n{exception}");
        using (process.BeginScope(new KeyValuePair<string, object?>[]
        {
            new("Run", attempt.RunId), new("Job", attempt.Job), new("Tenant", attempt.Tenant), new("Attempt", attempt.Attempt),
        }))
        {
            process.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
