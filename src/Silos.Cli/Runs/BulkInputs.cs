using System.CommandLine;
using Silos.Cli.Operations;
using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Operations;

namespace Silos.Cli.Runs;

/// <summary>Doing something to all runs that a filter matches, by an operation of the server.</summary>
internal sealed class BulkInputs
{
    private readonly RunFilterInputs _which;
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only count the runs that are meant; ends with 2 if there are any." };
    private readonly OperationWait _wait;

    private BulkInputs(Command command)
    {
        _which = RunFilterInputs.AddTo(command);
        command.Add(_dryRun);
        _wait = OperationWait.AddTo(command);
    }

    /// <summary>Adds the options to a command.</summary>
    public static BulkInputs AddTo(Command command) => new(command);

    /// <summary>Does it if runs are meant by a filter; null if they are named.</summary>
    /// <exception cref="CliException">They are neither, or both.</exception>
    public async Task<CliExit?> RunAsync(CliCall call, IReadOnlyList<string> ids, string action, string? reason, CancellationToken cancellationToken)
    {
        if (ids.Count > 0 && _which.AreGiven(call))
        {
            throw CliException.Usage("name runs, or say which are meant, not both");
        }

        if (ids.Count > 0)
        {
            return call.Get(_dryRun) || _wait.IsGiven(call)
                ? throw CliException.Usage("--dry-run and --wait are for runs that are meant by --state, --job, … or --filter")
                : null;
        }

        if (!_which.AreGiven(call))
        {
            throw CliException.Usage("name runs, or say which are meant: --state, --job, --handler, --queue, --tag, --since, --until or --filter");
        }

        _wait.Check(call);
        var request = new OperationRequest { Action = action, Filter = await _which.ReadAsync(call, cancellationToken), Reason = reason };
        if (call.Get(_dryRun))
        {
            var count = await call.Client.CountOperationAsync(request, cancellationToken);
            call.Out.Show(count, ClientJson.Default.OperationCountResponse, text => text.Line($"{Show.Count(count.Matched, "run")} would be {OperationText.Done(action)}"));
            return count.Matched > 0 ? CliExit.WouldChange : CliExit.Ok;
        }

        return await _wait.EndAsync(call, await call.Client.StartOperationAsync(request, cancellationToken), cancellationToken);
    }
}
