using Silos.Hosting;

namespace Silos.Silo;

/// <summary>
/// Ends the process when Orleans finds that it cannot go on, most often because the others have declared this silo dead: its jobs run elsewhere by then, and
/// whatever it still did would be refused. A supervisor starts it again, under a new generation.
/// </summary>
internal sealed partial class SiloEnd(ILogger<SiloEnd> logger) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        LogEnd(context ?? sender?.ToString() ?? "unknown", exception);
        Console.Error.WriteLine($"silos: this silo ends at once: {(context ?? exception?.Message)?.ReplaceLineEndings(" ")}");

        // Not on this thread, which may be one that the end waits for.
        ThreadPool.UnsafeQueueUserWorkItem(static _ => Environment.Exit(ExitCode.Failure), null);
    }

    [LoggerMessage(LogLevel.Critical, "This silo ends at once: {Context}")]
    private partial void LogEnd(string context, Exception? exception);
}
