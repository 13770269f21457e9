using System.CommandLine;

namespace Silos.Cli;

/// <summary>A word that others follow: <c>silos jobs</c>.</summary>
internal sealed class CommandGroup : Command
{
    /// <summary>Makes a group.</summary>
    public CommandGroup(string name, string description, params CliCommand[] commands)
        : base(name, description)
    {
        foreach (var command in commands)
        {
            Add(command);
        }
    }
}
