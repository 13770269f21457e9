using Silos.Cli.Jobs;
using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Queues;

namespace Silos.Cli.Queues;

/// <summary><c>silos queues list</c>.</summary>
internal sealed class QueuesListCommand(CliParts cli) : CliCommand("list", "Lists queues with their depth, limits and pauses.", cli, "queues list")
{
    /// <summary>Writes limits as people read them.</summary>
    public static string LimitsOf(QueueLimitsDocument limits)
    {
        var parts = new List<string>();
        if (limits.MaxConcurrency is { } most)
        {
            parts.Add($"{most} at once");
        }

        if (limits.Rate is { } rate)
        {
            parts.Add($"{rate} per {limits.RateInterval ?? "1s"}{(limits.Burst is { } burst ? $", burst {burst}" : string.Empty)}");
        }

        if (limits.Weight is { } weight and not 1)
        {
            parts.Add($"weight {weight}");
        }

        return parts.Count == 0 ? Show.None : string.Join("; ", parts);
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.ListQueuesAsync(cancellationToken);
        var pause = await PauseNote.FindAsync(call, cancellationToken);
        call.Out.Show(answer, ClientJson.Default.QueueListResponse, text => text.Table(
            "no queues; a queue is there once it is used",
            ["NAME", Column.IfRoom("QUEUED", 2), Column.IfRoom("SCHEDULED", 4), Column.IfRoom("RUNNING", 3), Column.IfRoom("OLDEST SINCE", 6), Column.Short("LIMITS", 5, 8), Column.Short("PAUSED", 1, 12)],
            answer.Items.Select(queue => (IReadOnlyList<Cell>)
            [
                queue.Name,
                Show.Number(queue.Queued),
                Show.Number(queue.Scheduled),
                Show.Number(queue.Running),
                Show.Instant(queue.OldestQueuedAt),
                LimitsOf(queue.Limits),
                new Cell(JobText.Pause(queue.Pause) ?? Show.None, queue.Pause is null ? Meaning.Plain : Meaning.Held),
            ])));
        PauseNote.Tell(call, pause);
        return CliExit.Ok;
    }
}
