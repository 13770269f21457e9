using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs retry</c>.</summary>
internal sealed class RunsRetryCommand : CliCommand
{
    private readonly Argument<string[]> _ids = new("id") { Description = "The runs; none where options say which.", Arity = ArgumentArity.ZeroOrMore };
    private readonly BulkInputs _bulk;
    private readonly Option<string?> _reason;

    public RunsRetryCommand(CliParts cli)
        : base(
            "retry",
            "Runs ended runs again, as new runs: those that are named, whose new ids it shows, or all that fit, in the background.",
            cli,
            "runs retry 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01",
            "runs retry --state failed,dead --job nightly-report --since 1d --dry-run",
            "runs retry --state dead --queue mail --reason \"the relay is back\" --wait")
    {
        Add(_ids);
        _bulk = BulkInputs.AddTo(this);
        _reason = Value<string?>("--reason", "Why, for the audit log, where options say which runs.", "TEXT");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var ids = call.Get(_ids);
        if (ids.Length > 0 && call.Has(_reason))
        {
            throw CliException.Usage("--reason is for runs that are meant by --state, --job, … or --filter");
        }

        return await _bulk.RunAsync(call, ids, "retry", call.Get(_reason), cancellationToken)
            ?? await Each.DoAsync(call, ids, async id => new Done("retried", id, (await call.Client.RetryAsync(CliCall.RunOf(id), cancellationToken)).ToString()));
    }
}
