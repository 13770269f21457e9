namespace Silos.Cli;

/// <summary>What all commands share.</summary>
/// <param name="Host">What is around the command.</param>
/// <param name="Globals">The options that every command takes.</param>
internal sealed record CliParts(CliHost Host, GlobalOptions Globals);
