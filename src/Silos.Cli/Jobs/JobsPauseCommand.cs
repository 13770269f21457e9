using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Queues;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs pause</c>.</summary>
internal sealed class JobsPauseCommand : CliCommand
{
    private readonly Argument<string[]> _names = new("name") { Description = "The jobs.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all;
    private readonly Option<string?> _reason;

    public JobsPauseCommand(CliParts cli)
        : base("pause", "Stops jobs from falling due.", cli, "jobs pause nightly-report --reason \"the warehouse is down\"", "jobs pause --all --reason migration")
    {
        Add(_names);
        _all = Flag("--all", "Everything of the tenant: nothing falls due and nothing starts.");
        _reason = Value<string?>("--reason", "Why, for whoever looks.", "TEXT");
    }

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var reason = call.Get(_reason);
        return Each.DoAsync(call, JobsResumeCommand.Targets(call.Get(_names), call.Get(_all)), async name =>
        {
            if (call.Get(_all))
            {
                await call.Client.PauseAllAsync(new PauseAllRequest { Reason = reason }, cancellationToken);
            }
            else
            {
                await call.Client.PauseJobAsync(name, reason, cancellationToken);
            }

            return new Done("paused", name);
        });
    }
}
