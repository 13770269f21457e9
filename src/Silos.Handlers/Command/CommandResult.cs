namespace Silos.Handlers.Command;

/// <summary>What a run of the <c>command</c> handler returns.</summary>
/// <param name="ExitCode">The program's exit code.</param>
/// <param name="DurationMs">How long it ran, in milliseconds.</param>
/// <param name="Lines">How many lines it wrote, to both streams.</param>
/// <param name="LinesDropped">How many of them are not in the run's log.</param>
/// <param name="LastLines">The last lines it wrote, each cut.</param>
internal sealed record CommandResult(
    int ExitCode, long DurationMs, long Lines, long LinesDropped, IReadOnlyList<string> LastLines);
