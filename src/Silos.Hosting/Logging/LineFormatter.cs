using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Silos.Engine;
using Silos.Secrets;

namespace Silos.Hosting;

/// <summary>Log lines for people: <c>2026-05-01T12:00:00.000+02:00 INFO Executing job job=nightly-report</c>.</summary>
internal sealed class LineFormatter([FromKeyedServices(SilosClock.Key)] TimeProvider clock, Redactor redactor) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "silos";

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(clock.GetLocalNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
        textWriter.Write(Word(logEntry.LogLevel));
        if (!logEntry.Category.StartsWith("Silos", StringComparison.Ordinal))
        {
            textWriter.Write(logEntry.Category);
            textWriter.Write(": ");
        }

        // A line is one entry, whatever a message contains.
        textWriter.Write(redactor.Text(message).ReplaceLineEndings(" ⏎ "));
        textWriter.Write('\n');
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write($"    {redactor.Text(exception.ToString()).ReplaceLineEndings("\n    ")}\n");
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => " TRACE ",
        LogLevel.Debug => " DEBUG ",
        LogLevel.Information => " INFO ",
        LogLevel.Warning => " WARN ",
        _ => " ERROR ",
    };
}
