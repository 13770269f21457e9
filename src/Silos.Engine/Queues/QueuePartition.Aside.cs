using Silos.Engine.Telemetry;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Recording many ends beside the pump: while the store writes them, the next runs are claimed and started.</summary>
/// <remarks>
/// At most one such commit is under way, and while it is, the pump records no ends itself. Its answer comes by mail, so memory is still
/// touched by the pump alone; a partition that has stepped down opens again only after it.
/// </remarks>
internal sealed partial class QueuePartition
{
    // Runs that have ended and are not recorded would run again after a crash, so nothing more is started beyond so many.
    private const int MostUnrecorded = 2_000;

    private readonly List<ILentRun> _recording = [];

    /// <summary>Gets how many ends are worth a commit of their own; in a simulation, few.</summary>
    private int WorthAside => _services.Scheduler.IsThreadPool ? 32 : 2;

    private int Unrecorded => _outcomes.Count + _recording.Count;

    private void RecordAside(DateTimeOffset now)
    {
        // After a failure small commits look for the row that the store refuses, one after another.
        if (_recording.Count > 0 || _outcomes.Count < WorthAside || _commitLimit < MaxRows)
        {
            return;
        }

        var ends = new Ends(_outcomes.Count);
        foreach (var attempt in _outcomes)
        {
            ends.Add(attempt);
        }

        _recording.AddRange(_outcomes);
        _outcomes.Clear();
        var commit = new PartitionCommit
        {
            Owner = Owner,
            Now = now,
            Finished = ends.Finished,
            Requeued = ends.Requeued,
            ClosedClaims = ends.Closed,
        };
        _ = _services.Scheduler.Run(() => RecordAsync(commit));
    }

    private async Task RecordAsync(PartitionCommit commit)
    {
        PartitionCommitResult? result = null;
        Exception? error = null;
        try
        {
            result = await CommitAsync(commit);
        }
        catch (Exception exception)
        {
            error = exception;
        }

        _mailbox.Recorded(new Recording(result, error));
        Signal();
    }

    /// <summary>Takes the answer of a commit beside the pump in.</summary>
    /// <param name="recording">The answer.</param>
    /// <param name="ended">Set to the runs that are over and that others may want to hear of.</param>
    /// <returns>False if the epoch was lost.</returns>
    /// <exception cref="UnavailableException">It is unknown what was written.</exception>
    private bool TakeRecorded(Recording recording, out List<ILentRun>? ended)
    {
        ended = null;
        if (recording.Error is { } error)
        {
            _commitLimit = Math.Max(1, _recording.Count / 2);
            TakeBackRecording(recording);
            throw new UnavailableException("It is unknown which ends were recorded.", error);
        }

        if (recording.Result!.OwnershipLost)
        {
            _recording.Clear();
            return false;
        }

        HashSet<RunId>? refused = recording.Result.Refused.Count > 0 ? [.. recording.Result.Refused] : null;
        var listened = _services.Waiters.Any || _logger.IsEnabled(Microsoft.Extensions.Logging.LogLevel.Debug);
        var tally = new EndTally();
        foreach (var attempt in _recording)
        {
            if (Recorded(attempt, refused, ref tally) && IsHeard(attempt, listened))
            {
                (ended ??= new List<ILentRun>(_recording.Count)).Add(attempt);
            }
        }

        tally.Flush();
        _recording.Clear();
        _cancelsWanted |= _cancelsAfterCommit;
        _cancelsAfterCommit = false;
        return true;
    }

    /// <summary>Puts ends back whose record is unknown or was made under an epoch that is over: the next opening finds out.</summary>
    private void TakeBackRecording(Recording recording)
    {
        if (recording.Result?.OwnershipLost != true)
        {
            _outcomes.InsertRange(0, _recording);
        }

        foreach (var attempt in _recording)
        {
            attempt.Claim.Ending = 0;
        }

        _recording.Clear();
    }

    /// <summary>Ends of attempts as a commit wants them, and the claims that they close.</summary>
    private readonly struct Ends(int capacity)
    {
        public List<FinishedRun> Finished { get; } = new(capacity);

        public List<RequeuedRun> Requeued { get; } = [];

        public List<Guid> Closed { get; } = [];

        public void Add(ILentRun attempt)
        {
            if (attempt.Decision.Finished is { } end)
            {
                Finished.Add(end);
            }
            else
            {
                Requeued.Add(attempt.Decision.Requeued!);
            }

            if (++attempt.Claim.Ending == attempt.Claim.Remaining)
            {
                Closed.Add(attempt.Claim.Id);
            }
        }
    }
}
