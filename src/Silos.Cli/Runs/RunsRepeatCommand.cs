using System.CommandLine;
using Silos.Cli.Operations;
using Silos.Cli.Output;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs retry</c> and <c>silos runs replay</c>, which differ in what they take where a filter says which runs are meant.</summary>
internal sealed class RunsRepeatCommand : CliCommand
{
    private readonly string _action;
    private readonly Argument<string[]> _ids = new("id") { Description = "The runs; none where options say which.", Arity = ArgumentArity.ZeroOrMore };
    private readonly BulkInputs _bulk;
    private readonly Option<string?> _reason;

    private RunsRepeatCommand(CliParts cli, string action, string description, params string[] examples)
        : base(action, description, cli, examples)
    {
        _action = action;
        Add(_ids);
        _bulk = BulkInputs.AddTo(this);
        _reason = Value<string?>("--reason", "Why, for the audit log, where options say which runs.", "TEXT");
    }

    /// <summary>Makes <c>silos runs retry</c>.</summary>
    public static RunsRepeatCommand Retry(CliParts cli) => new(
        cli,
        "retry",
        "Runs again, as new runs, those that are named, whose new ids it shows, or all that fit and failed, are dead or were cancelled, in the background.",
        "runs retry 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01",
        "runs retry --state failed,dead --job nightly-report --since 1d --dry-run",
        "runs retry --state dead --queue mail --reason \"the relay is back\" --wait");

    /// <summary>Makes <c>silos runs replay</c>.</summary>
    public static RunsRepeatCommand Replay(CliParts cli) => new(
        cli,
        "replay",
        "Runs again, as new runs, those that are named, or all that fit and have ended, however they did: also those that completed.",
        "runs replay --job nightly-report --since 2026-03-01 --until 2026-03-08 --dry-run",
        "runs replay --handler send-invoice --since 1d --reason \"wrong letterhead\" --wait");

    /// <inheritdoc/>
    public override bool MayRepeat(ParseResult parsed) => false;

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var ids = call.Get(_ids);
        if (ids.Length > 0 && call.Has(_reason))
        {
            throw CliException.Usage("--reason is for runs that are meant by --state, --job, … or --filter");
        }

        return await _bulk.RunAsync(call, ids, _action, call.Get(_reason), cancellationToken)
            ?? await Each.DoAsync(call, ids, async id => new Done(OperationText.Done(_action), id, (await call.Client.RetryAsync(CliCall.RunOf(id), cancellationToken)).ToString()));
    }
}
