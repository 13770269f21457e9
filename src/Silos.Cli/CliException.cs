namespace Silos.Cli;

/// <summary>The command cannot go on; the message says what to do, a line a problem.</summary>
internal sealed class CliException(CliExit exit, string message) : Exception(message)
{
    /// <summary>Gets how the command ends.</summary>
    public CliExit Exit { get; } = exit;

    /// <summary>Something that was written is wrong.</summary>
    public static CliException Usage(string message) => new(CliExit.Usage, message);
}
