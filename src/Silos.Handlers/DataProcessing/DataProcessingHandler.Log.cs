using Microsoft.Extensions.Logging;

namespace Silos.Handlers.DataProcessing;

internal sealed partial class DataProcessingHandler
{
    [LoggerMessage(LogLevel.Information, "{Operation} from {Source} to {Target}")]
    private static partial void LogStarting(ILogger log, string operation, string source, string target);

    [LoggerMessage(LogLevel.Information, "{Operation} done: {Read} row(s) read, {Written} written, {Filtered} filtered, {Bad} bad")]
    private static partial void LogDone(ILogger log, string operation, long read, long written, long filtered, long bad);
}
