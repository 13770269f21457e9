namespace Silos.Handlers.Command;

/// <summary>The program ended with an exit code that the payload does not expect. Tried again as the retry policy says.</summary>
/// <param name="exitCode">The exit code.</param>
/// <param name="message">What ran, how it ended, and the last line it wrote.</param>
public sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    /// <summary>Gets the exit code; on Unix 128 + n for a program that signal n ended.</summary>
    public int ExitCode { get; } = exitCode;
}
