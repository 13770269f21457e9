using Microsoft.Extensions.Logging;

namespace Silos.Postgres.Tests;

/// <summary>Hears the one line that says that the schema was taken.</summary>
internal sealed class TakenLog : ILogger<PostgresStore>
{
    public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel == LogLevel.Critical)
        {
            Taken.TrySetResult();
        }
    }
}
