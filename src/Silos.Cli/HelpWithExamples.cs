using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Silos.Cli;

/// <summary>The usual help, and how one calls the command.</summary>
internal sealed class HelpWithExamples(HelpAction usual, CliHost host) : SynchronousCommandLineAction
{
    private const int Narrowest = 60;
    private const int Widest = 120;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        // It would call the command what the program's file is called.
        var output = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter { NewLine = "\n" };
        parseResult.InvocationConfiguration.Output = text;
        usual.MaxWidth = host.OutIsTerminal ? Math.Clamp(host.Width, Narrowest, Widest) : Widest;
        usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.Write(text.ToString().Replace($"  {RootCommand.ExecutableName} ", "  silos ", StringComparison.Ordinal).TrimEnd('\n'));
        output.Write("\n\n");
        var examples = parseResult.CommandResult.Command switch
        {
            CliCommand command => command.Examples,
            SilosCommand => SilosCommand.Examples,
            _ => [],
        };
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine(example.Contains('|', StringComparison.Ordinal) ? $"  {example}" : $"  silos {example}");
            }
        }

        return (int)CliExit.Ok;
    }
}
