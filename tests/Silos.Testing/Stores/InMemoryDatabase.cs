using Silos.Audit;
using Silos.Jobs;
using Silos.Keys;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Testing;

/// <summary>What several <see cref="InMemoryStore"/> share, as processes share a database: the tables, under one lock.</summary>
public sealed class InMemoryDatabase
{
    private long _sequence;

    internal Lock Gate { get; } = new();

    /// <summary>The store that holds the database exclusively.</summary>
    internal InMemoryStore? Holder { get; set; }

    internal Dictionary<JobKey, Job> Jobs { get; } = [];

    internal Dictionary<JobKey, SortedDictionary<DateTimeOffset, Occurrence>> Ledger { get; } = [];

    internal Dictionary<JobKey, List<DefinitionVersion>> Definitions { get; } = [];

    internal PartitionRow[] Partitions { get; } = [.. Enumerable.Range(0, Queues.Partitions.Count).Select(_ => new PartitionRow())];

    internal Dictionary<RunId, LiveRow> Live { get; } = [];

    internal Dictionary<JobKey, HashSet<RunId>> LiveByJob { get; } = [];

    internal SortedDictionary<RunId, FinishedRow> Finished { get; } = [];

    internal Dictionary<(TenantId Tenant, string Key), (RunId Run, DateTimeOffset Until)> Keys { get; } = [];

    internal Dictionary<RunId, List<RunStep>> Steps { get; } = [];

    internal Dictionary<RunId, SortedDictionary<long, RunLogLine>> Logs { get; } = [];

    internal Dictionary<(TenantId Tenant, DateTimeOffset Minute), RunTally> Tallies { get; } = [];

    internal Dictionary<(string Kind, string Key), Setting> Settings { get; } = [];

    internal Dictionary<string, ApiKey> ApiKeys { get; } = [];

    internal List<AuditEntry> Audit { get; } = [];

    internal long AuditSequence { get; set; }

    internal bool Owns(PartitionEpoch owner) =>
        owner.Epoch > 0 && owner.Partition >= 0 && owner.Partition < Partitions.Length
        && Partitions[owner.Partition].Epoch == owner.Epoch;

    internal void Add(LiveRow row, bool inbox)
    {
        row.InInbox = inbox;
        Live.Add(row.Request.Id, row);
        var partition = Partitions[row.Request.Partition];
        if (inbox)
        {
            row.Sequence = ++_sequence;
            partition.Inbox.Add(row.Sequence, row);
        }
        else
        {
            partition.Live.Add(row.Request.Id, row);
        }

        if (row.Job is { } job)
        {
            if (!LiveByJob.TryGetValue(job, out var runs))
            {
                LiveByJob.Add(job, runs = []);
            }

            runs.Add(row.Request.Id);
        }
    }

    internal void Remove(LiveRow row)
    {
        Live.Remove(row.Request.Id);
        var partition = Partitions[row.Request.Partition];
        if (row.InInbox)
        {
            partition.Inbox.Remove(row.Sequence);
        }
        else
        {
            partition.Live.Remove(row.Request.Id);
        }

        if (row.Job is { } job)
        {
            LiveByJob[job].Remove(row.Request.Id);
        }
    }

    internal int CountLive(JobKey job) => LiveByJob.TryGetValue(job, out var runs) ? runs.Count : 0;

    internal bool Knows(RunId run) => Live.ContainsKey(run) || Finished.ContainsKey(run);

    /// <summary>Finds the attempt that is under way: named by an open claim, above the run's closed token.</summary>
    internal (Claim Claim, long Token)? OpenAttempt(LiveRow row)
    {
        (Claim, long)? found = null;
        var highest = row.Token;
        foreach (var claim in Partitions[row.Request.Partition].Claims.Values)
        {
            for (var i = 0; i < claim.Runs.Count; i++)
            {
                if (claim.Runs[i] == row.Request.Id && claim.Tokens[i] > highest)
                {
                    highest = claim.Tokens[i];
                    found = (claim, highest);
                }
            }
        }

        return found;
    }

    internal void Forget(RunId run)
    {
        Finished.Remove(run);
        Steps.Remove(run);
        Logs.Remove(run);
    }

    /// <summary>Puts a run in, or finds why not. The rules of uniqueness are here, for owners and for the inbox.</summary>
    internal EnqueueOutcome Enqueue(NewRun run, DateTimeOffset now, bool inbox, bool mayRepeat)
    {
        if (Live.ContainsKey(run.Id) || (mayRepeat && Finished.ContainsKey(run.Id)))
        {
            return new EnqueueOutcome(EnqueueKind.Repeated, run.Id);
        }

        if (run.Unique is { } unique)
        {
            var key = (run.Tenant, unique.Key);
            if (Keys.TryGetValue(key, out var taken) && taken.Until > now)
            {
                if (taken.Run == run.Id)
                {
                    return new EnqueueOutcome(EnqueueKind.Repeated, run.Id);
                }

                switch (unique.Mode)
                {
                    case DuplicateMode.Reject:
                        return new EnqueueOutcome(EnqueueKind.Rejected, taken.Run);
                    case DuplicateMode.Replace:
                        if (TryReplace(taken.Run, run, inbox))
                        {
                            Keys[key] = (taken.Run, unique.Until);
                            return new EnqueueOutcome(EnqueueKind.Replaced, taken.Run);
                        }

                        break;
                    default:
                        return new EnqueueOutcome(EnqueueKind.Existing, taken.Run);
                }
            }

            Keys[key] = (run.Id, unique.Until);
        }

        Add(new LiveRow(run, run.State, 0), inbox);
        return new EnqueueOutcome(EnqueueKind.Accepted, run.Id);
    }

    /// <summary>
    /// Gives a waiting run a new payload and due time. Somebody who does not own the partition may touch what its owner does not hold
    /// in memory: the inbox, and scheduled runs, which go back to the inbox so that the owner hears of the new time.
    /// </summary>
    private bool TryReplace(RunId existing, NewRun run, bool inbox)
    {
        if (!Live.TryGetValue(existing, out var row)
            || row.Request.Queue != run.Queue
            || row.Cancel is not null
            || row.Token > 0
            || OpenAttempt(row) is not null
            || (inbox && !row.InInbox && row.State != RunState.Scheduled))
        {
            return false;
        }

        var backToInbox = inbox && !row.InInbox;
        row.Request = row.Request with { Payload = run.Payload, DueAt = run.DueAt };
        row.State = run.State;
        if (backToInbox)
        {
            Remove(row);
            Add(row, inbox: true);
        }

        return true;
    }
}
