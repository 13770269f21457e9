using Silos.Engine.Workers;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>What others tell a partition. Anybody may put something in; only the pump takes it out, all at once.</summary>
internal sealed class Mailbox
{
    private readonly Lock _lock = new();
    private Mail _mail = new();
    private Mail _spare = new();

    public void Enqueue(EnqueueCommand command)
    {
        lock (_lock)
        {
            _mail.Enqueues.Add(command);
        }
    }

    public void Ended(List<AttemptContext> attempts)
    {
        lock (_lock)
        {
            foreach (var attempt in attempts)
            {
                _mail.Ended.Add(attempt);
            }
        }
    }

    public void Reported(IReadOnlyList<AttemptReport> reports)
    {
        lock (_lock)
        {
            _mail.Reports.AddRange(reports);
        }
    }

    public void WorkerGone(string worker)
    {
        lock (_lock)
        {
            _mail.GoneWorkers.Add(worker);
        }
    }

    public void Ended(ILentRun attempt)
    {
        lock (_lock)
        {
            _mail.Ended.Add(attempt);
        }
    }

    public void Adopted(Adoption adoption)
    {
        lock (_lock)
        {
            _mail.Adoptions.Add(adoption);
        }
    }

    public void Read(LaneRead read)
    {
        lock (_lock)
        {
            _mail.Reads.Add(read);
        }
    }

    public void Recorded(Recording recording)
    {
        lock (_lock)
        {
            _mail.Recorded = recording;
        }
    }

    public void Permit(GateKey gate)
    {
        lock (_lock)
        {
            _mail.Permits.Add(gate);
        }
    }

    public void Tell(News news)
    {
        lock (_lock)
        {
            _mail.News |= news;
        }
    }

    /// <summary>Says that settings changed, and who wants to know when they are obeyed.</summary>
    public void SettingsChanged(TaskCompletionSource obeyed)
    {
        lock (_lock)
        {
            _mail.News |= News.Settings;
            _mail.Obeyed.Add(obeyed);
        }
    }

    /// <summary>Takes everything. What was taken before is cleared: the pump is done with it.</summary>
    public Mail Take()
    {
        lock (_lock)
        {
            var mail = _mail;
            _mail = _spare;
            _mail.Clear();
            _spare = mail;
            return mail;
        }
    }
}

/// <summary>Everything that was told since the pump looked last.</summary>
internal sealed class Mail
{
    public List<EnqueueCommand> Enqueues { get; } = [];

    public List<ILentRun> Ended { get; } = [];

    public List<AttemptReport> Reports { get; } = [];

    public List<string> GoneWorkers { get; } = [];

    public List<Adoption> Adoptions { get; } = [];

    public List<LaneRead> Reads { get; } = [];

    public HashSet<GateKey> Permits { get; } = [];

    /// <summary>Gets or sets the answer of the commit beside the pump, of which there is one at a time.</summary>
    public Recording? Recorded { get; set; }

    public News News { get; set; }

    /// <summary>Gets who waits until settings that changed are obeyed.</summary>
    public List<TaskCompletionSource> Obeyed { get; } = [];

    public void Clear()
    {
        Enqueues.Clear();
        Ended.Clear();
        Reports.Clear();
        GoneWorkers.Clear();
        Adoptions.Clear();
        Reads.Clear();
        Permits.Clear();
        Recorded = null;
        Obeyed.Clear();
        News = News.None;
    }
}

/// <summary>Things that happened, without details: the store has them.</summary>
[Flags]
internal enum News
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Somebody wants a run cancelled.</summary>
    Cancels = 1,

    /// <summary>Settings of queues or pauses changed.</summary>
    Settings = 2,

    /// <summary>The lease was lost.</summary>
    LeaseLost = 4,

    /// <summary>Something was written whose answer did not arrive: read everything again.</summary>
    Unsure = 8,

    /// <summary>Workers of other processes came, have free slots, or have other handlers.</summary>
    Workers = 16,
}

/// <summary>Runs that were taken from the inbox.</summary>
/// <param name="Epoch">The epoch under which they were adopted.</param>
/// <param name="Mark">The number of reads that had begun before: a later read of the same queue may have seen them.</param>
/// <param name="Runs">The runs.</param>
internal sealed record Adoption(long Epoch, long Mark, IReadOnlyList<PendingRun> Runs);

/// <summary>What a read of a queue brought.</summary>
/// <param name="Epoch">The epoch under which it was begun.</param>
/// <param name="Lane">The queue.</param>
/// <param name="Number">The read's number.</param>
/// <param name="Limit">How many rows it asked for.</param>
/// <param name="Rows">The rows; null if the store failed.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record LaneRead(long Epoch, Lane Lane, long Number, int Limit, IReadOnlyList<PendingRun>? Rows, Exception? Error);

/// <summary>What became of a commit beside the pump.</summary>
/// <param name="Result">Its answer; null if the store failed.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record Recording(PartitionCommitResult? Result, Exception? Error);
