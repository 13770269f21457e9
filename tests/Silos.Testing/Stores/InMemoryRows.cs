using Silos.Jobs;
using Silos.Runs;

namespace Silos.Testing;

/// <summary>A run that has not ended: adopted, or still in the inbox.</summary>
internal sealed class LiveRow(NewRun request, RunState state, long sequence)
{
    public NewRun Request { get; set; } = request;

    public RunState State { get; set; } = state;

    /// <summary>Where it stands in the inbox.</summary>
    public long Sequence { get; set; } = sequence;

    public bool InInbox { get; set; }

    public int Attempts { get; set; }

    public int Losses { get; set; }

    public long Token { get; set; }

    public CancelRequest? Cancel { get; set; }

    public int? Progress { get; set; }

    public string? ProgressMessage { get; set; }

    public List<Attempt> Closed { get; } = [];

    public JobKey? Job => Request.Job is { } name ? new JobKey(Request.Tenant, name) : null;

    /// <summary>With when its last attempt ended, for those who read runs that wait or are under way.</summary>
    public PendingRun ToWaiting() => ToPending() with { WaitsSince = Closed.Count > 0 ? Closed[^1].EndedAt : null };

    public PendingRun ToPending() => new()
    {
        Request = Request,
        State = State,
        Attempts = Attempts,
        Losses = Losses,
        Token = Token,
        Cancel = Cancel,
    };

    /// <summary>A wish leaves an earlier one as it is, unless it terminates.</summary>
    public void Wish(CancelRequest request) => Cancel = Cancel is null || (request.Terminate && !Cancel.Terminate) ? request : Cancel;
}

/// <summary>A run that has ended.</summary>
internal sealed record FinishedRow(Run Run, IReadOnlyList<Attempt> Attempts);

internal sealed class PartitionRow
{
    public long Epoch { get; set; }

    public string? Owner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public Dictionary<RunId, LiveRow> Live { get; } = [];

    public SortedDictionary<long, LiveRow> Inbox { get; } = [];

    public Dictionary<Guid, Claim> Claims { get; } = [];
}
