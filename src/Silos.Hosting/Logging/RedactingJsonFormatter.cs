using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Silos.Secrets;

namespace Silos.Hosting;

/// <summary>Log lines for programs, as the framework writes them, without secrets.</summary>
/// <remarks>
/// What is written is made free of secrets, and not what was written: in a line of JSON a secret looks otherwise (its quotes are escaped), and what replaces
/// one could take a quote of the line along.
/// </remarks>
internal sealed class RedactingJsonFormatter(IServiceProvider services, Redactor redactor) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "silos-json";

    // Asked for late: this one is among those that it is found among.
    private readonly Lazy<ConsoleFormatter> _json = new(
        () => services.GetServices<ConsoleFormatter>().First(formatter => formatter.Name == ConsoleFormatterNames.Json));

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = redactor.Text(logEntry.Formatter(logEntry.State, logEntry.Exception) ?? string.Empty);
        var shown = new LogEntry<RedactedValues>(
            logEntry.LogLevel,
            logEntry.Category,
            logEntry.EventId,
            RedactedValues.Of(logEntry.State, redactor),
            logEntry.Exception is { } exception ? new RedactedException(redactor.Text(exception.ToString())) : null,
            (_, _) => message);
        _json.Value.Write(in shown, scopeProvider is null ? null : new RedactedScopes(scopeProvider, redactor), textWriter);
    }

    /// <summary>Stands for an exception: of one, a line has only its text.</summary>
    private sealed class RedactedException(string text) : Exception
    {
        public override string ToString() => text;
    }

    private sealed class RedactedScopes(IExternalScopeProvider scopes, Redactor redactor) : IExternalScopeProvider
    {
        public void ForEachScope<TState>(Action<object?, TState> callback, TState state) =>
            scopes.ForEachScope((scope, given) => callback(RedactedValues.OfScope(scope, redactor), given), state);

        public IDisposable Push(object? state) => scopes.Push(state);
    }
}
