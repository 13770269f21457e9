using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Runs;

namespace Silos.Cli.Runs;

/// <summary>Waits for the end of a run and tells it.</summary>
internal static class RunWait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits, shows how far the run is while a person looks, and ends as the run did.</summary>
    public static async Task<CliExit> EndAsync(CliCall call, RunId run, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        RunDetailsResponse ended;
        using (var over = timeout is { } patience ? new CancellationTokenSource(patience, call.Host.Clock) : new CancellationTokenSource())
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken))
        {
            try
            {
                ended = call.Host.ErrorIsTerminal ? await WatchAsync(call, run, either.Token) : await call.Client.WaitAsync(run, either.Token);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new CliException(CliExit.TimedOut, $"run {run} has not ended in time; it goes on, see 'silos runs get {run}'");
            }
        }

        call.Out.Show(ended, ClientJson.Default.RunDetailsResponse, text => Write(text, ended));
        return ended.State is "completed" or "skipped" ? CliExit.Ok : CliExit.RunFailed;
    }

    private static async Task<RunDetailsResponse> WatchAsync(CliCall call, RunId run, CancellationToken cancellationToken)
    {
        using var progress = call.Out.Progress();
        while (true)
        {
            var details = await call.Client.GetRunAsync(run, cancellationToken);
            if (Words.TryParse<RunState>(details.State, out var state) && state.IsFinal())
            {
                return details;
            }

            progress.Report(details.Progress, $"{details.State}{(details.Attempt > 1 ? $", attempt {details.Attempt} of {details.MaxAttempts}" : string.Empty)} {details.ProgressMessage}");
            await Task.Delay(Look, call.Host.Clock, cancellationToken);
        }
    }

    private static void Write(TextView text, RunDetailsResponse run)
    {
        var tries = run.Attempt > 1 ? $", attempt {run.Attempt} of {run.MaxAttempts}" : string.Empty;
        text.Line(Show.State(run.State) with { Text = $"{run.State}{(run.DurationMs is { } took ? $" in {Show.Milliseconds(took)}" : string.Empty)}{tries}" });
        if (run.Error is { } error && run.State != "completed")
        {
            text.Line($"{error.Type}: {error.Message}");
        }

        if (run.Result is { IsNull: false } result)
        {
            text.Line(result.Text);
        }
    }
}
