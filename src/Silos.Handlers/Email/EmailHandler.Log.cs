using Microsoft.Extensions.Logging;

namespace Silos.Handlers.Email;

internal sealed partial class EmailHandler
{
    [LoggerMessage(LogLevel.Information, "Sending a message of {Length} bytes to {Recipients} recipient(s), template {Template}")]
    private static partial void LogSending(ILogger log, int recipients, int length, string template);

    [LoggerMessage(LogLevel.Information, "The message to {Recipients} recipient(s) was taken: {Response}")]
    private static partial void LogSent(ILogger log, int recipients, string response);
}
