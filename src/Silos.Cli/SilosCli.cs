using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli;

/// <summary>The command, from its arguments to its exit code.</summary>
internal static class SilosCli
{
    /// <summary>Runs it. Whatever goes wrong is told on standard error, a line a problem.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliHost host, CancellationToken cancellationToken = default)
    {
        var root = new SilosCommand(host);

        // What begins with '@' is an expression or a file of ours, never more arguments.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parsed.Errors.Count > 0)
            {
                throw CliException.Usage(ParseProblems.Explain(parsed));
            }

            // The server has its own way to stop: it drains.
            var ownsInterrupts = host.HandlesInterrupts && parsed.CommandResult.Command is not UpCommand;
            var configuration = new InvocationConfiguration
            {
                Output = host.Out,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = ownsInterrupts ? TimeSpan.FromSeconds(10) : null,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception exception)
        {
            var (exit, lines) = CliFailure.Explain(
                exception, root.Globals.ServerOf(parsed, host), parsed.CommandResult.Command is not CliCommand command || command.MayRepeat(parsed));
            foreach (var line in lines)
            {
                await host.Error.WriteLineAsync($"silos: {Show.Printable(line, lines: false)}");
            }

            return (int)exit;
        }
    }
}
