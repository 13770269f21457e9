using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Silos.Secrets;

namespace Silos.Hosting;

/// <summary>Log lines for programs, as the framework writes them, without secrets.</summary>
internal sealed class RedactingJsonFormatter(IServiceProvider services, Redactor redactor) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "silos-json";

    // Asked for late: this one is among those that it is found among.
    private readonly Lazy<ConsoleFormatter> _json = new(
        () => services.GetServices<ConsoleFormatter>().First(formatter => formatter.Name == ConsoleFormatterNames.Json));

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var line = new StringWriter();
        _json.Value.Write(in logEntry, scopeProvider, line);
        textWriter.Write(redactor.Text(line.ToString()));
    }
}
