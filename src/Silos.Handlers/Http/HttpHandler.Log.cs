using Microsoft.Extensions.Logging;

namespace Silos.Handlers.Http;

internal sealed partial class HttpHandler
{
    [LoggerMessage(LogLevel.Information, "Sending {Method} {Place} with {Headers} header(s) of its own")]
    private static partial void LogSending(ILogger log, string method, string place, int headers);

    [LoggerMessage(LogLevel.Information, "{Method} {Place} answered {Status} after {Duration} ms")]
    private static partial void LogAnswered(ILogger log, string method, string place, int status, long duration);
}
