using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs resume</c>.</summary>
internal sealed class JobsResumeCommand : CliCommand
{
    private readonly Argument<string[]> _names = new("name") { Description = "The jobs.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all;

    public JobsResumeCommand(CliParts cli)
        : base("resume", "Lets jobs fall due again; their catch-up policy decides about the paused time.", cli, "jobs resume nightly-report", "jobs resume --all")
    {
        Add(_names);
        _all = Flag("--all", "Ends 'jobs pause --all'.");
    }

    /// <summary>Gets what to act on: jobs, or everything.</summary>
    /// <exception cref="CliException">Neither or both were given.</exception>
    public static IReadOnlyList<string> Targets(string[] names, bool all) => (names.Length > 0, all) switch
    {
        (true, false) => names,
        (false, true) => ["everything"],
        _ => throw CliException.Usage("name jobs, or say --all"),
    };

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        Each.DoAsync(call, Targets(call.Get(_names), call.Get(_all)), async name =>
        {
            if (call.Get(_all))
            {
                await call.Client.ResumeAllAsync(null, cancellationToken);
            }
            else
            {
                await call.Client.ResumeJobAsync(name, null, cancellationToken);
            }

            return new Done("resumed", name);
        });
}
