using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Runs;

namespace Silos.Cli.Runs;

/// <summary>Whether to wait for the outcome of a run, and for how long.</summary>
internal sealed class WaitInputs
{
    private readonly Option<bool> _wait = new("--wait") { Description = "Wait for the outcome; ends with 8 unless the run completed or was skipped." };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "How long to wait; then ends with 9, and the run goes on. Default: for ever.", HelpName = "DURATION" };

    /// <summary>Adds <c>--wait</c> and <c>--timeout</c> to a command.</summary>
    public static WaitInputs AddTo(Command command)
    {
        var inputs = new WaitInputs();
        command.Add(inputs._wait);
        command.Add(inputs._timeout);
        return inputs;
    }

    /// <summary>Insists on options that make sense, before anything is done.</summary>
    /// <exception cref="CliException">They make none.</exception>
    public void Check(CliCall call)
    {
        if (Inputs.Patience(call.Get(_timeout), "--timeout") is not null && !call.Get(_wait))
        {
            throw CliException.Usage("--timeout has a meaning only together with --wait");
        }
    }

    /// <summary>Tells what was done, or waits and tells what came of it.</summary>
    public async Task<CliExit> EndAsync(CliCall call, RunId run, Done done, CancellationToken cancellationToken)
    {
        if (call.Get(_wait))
        {
            call.Out.Line($"{done.Action} {done.Name}: {run}");
            return await RunWait.EndAsync(call, run, Inputs.Patience(call.Get(_timeout), "--timeout"), cancellationToken);
        }

        call.Out.Show(new EnqueueResponse(run.ToString(), done.Result == run.ToString() ? null : done.Result), ClientJson.Default.EnqueueResponse, text => text.Line(
            $"{done.Action} {done.Name}: {run}{(done.Result is { } result && result != run.ToString() ? $" ({result})" : string.Empty)}"));
        return CliExit.Ok;
    }
}
