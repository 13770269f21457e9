using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Simulation;

/// <summary>Compares the rows after every write with those before: what may never happen is seen at the write that does it.</summary>
internal sealed class WriteAudit(SimulatedWorld world)
{
    private readonly InMemoryDatabase _database = world.Database;
    private readonly Dictionary<JobKey, Job> _jobs = [];
    private readonly Dictionary<RunId, KnownRun> _runs = [];
    private readonly Dictionary<RunId, FinishedRow> _finished = [];
    private readonly HashSet<Guid> _claims = [];

    /// <summary>Gets the tokens that were claimed for each run, oldest first.</summary>
    public Dictionary<RunId, List<long>> Claimed { get; } = [];

    /// <summary>Gets how many writes were looked at.</summary>
    public int Writes { get; private set; }

    public void After(string site, string process)
    {
        switch (site)
        {
            case "jobs.save" or "jobs.save_many" or "jobs.plan" or "jobs.delete":
                Jobs(site);
                break;
            case "runs.commit" or "runs.adopt" or "runs.promote":
                Claims(process);
                Runs(site, process);
                break;
            case "runs.post":
                Posted(process);
                break;
            case "journal.append":
                Steps(process);
                break;
            default:
                return;
        }

        Writes++;
    }

    private void Jobs(string site)
    {
        foreach (var gone in _jobs.Keys.Where(key => !_database.Jobs.ContainsKey(key)).ToList())
        {
            _jobs.Remove(gone);
        }

        foreach (var (key, job) in _database.Jobs)
        {
            if (_jobs.TryGetValue(key, out var before))
            {
                // A run that ends changes the row as well, but not the columns that the version guards.
                var same = job.Cursor == before.Cursor && job.Pause == before.Pause && ReferenceEquals(job.Definition, before.Definition);
                if (job.Version != before.Version + 1 && (job.Version != before.Version || !same))
                {
                    world.Broken($"{site} moved job {key.Name} from version {before.Version} to {job.Version}: it wrote over somebody");
                }

                if (job.Cursor < before.Cursor)
                {
                    world.Broken($"{site} moved the cursor of job {key.Name} back from {before.Cursor:O} to {job.Cursor:O}");
                }
            }

            _jobs[key] = job;
        }
    }

    private void Claims(string process)
    {
        foreach (var partition in _database.Partitions)
        {
            foreach (var claim in partition.Claims.Values)
            {
                if (!_claims.Add(claim.Id))
                {
                    continue;
                }

                if (claim.Worker != partition.Owner || process != partition.Owner)
                {
                    world.Broken($"{process} claimed runs of a partition that {partition.Owner} owns");
                }

                for (var i = 0; i < claim.Runs.Count; i++)
                {
                    var tokens = TokensOf(claim.Runs[i]);
                    if (tokens.Count > 0 && tokens[^1] >= claim.Tokens[i])
                    {
                        world.Broken($"run {claim.Runs[i]} was claimed with token {claim.Tokens[i]} after token {tokens[^1]}");
                    }

                    tokens.Add(claim.Tokens[i]);
                }
            }
        }
    }

    private void Runs(string site, string process)
    {
        foreach (var (id, row) in _database.Live)
        {
            if (!_runs.TryGetValue(id, out var known))
            {
                _runs.Add(id, known = new KnownRun());
            }
            else if (known.IsUnchanged(row))
            {
                continue;
            }
            else if (known.Row == row)
            {
                Changed(site, process, known, row);
            }

            known.Take(row);
        }

        foreach (var (id, row) in _database.Finished)
        {
            if (_finished.TryAdd(id, row))
            {
                Ended(process, row);
            }
            else if (_finished[id] != row)
            {
                world.Broken($"{site} gave run {id} a second end: {_finished[id].Run.State}, then {row.Run.State}");
            }
        }
    }

    /// <summary>Somebody who owns nothing may replace what waits, but only so that its owner hears of it: through the inbox.</summary>
    private void Posted(string process)
    {
        foreach (var (id, row) in _database.Live)
        {
            if (!_runs.TryGetValue(id, out var known))
            {
                _runs.Add(id, known = new KnownRun());
            }
            else if (!known.IsUnchanged(row) && (!row.InInbox || row.Token != known.Token || row.Closed.Count != known.Closed))
            {
                world.Broken($"runs.post by {process} changed run {id} elsewhere than in the inbox");
            }

            known.Take(row);
        }
    }

    private void Changed(string site, string process, KnownRun known, LiveRow row)
    {
        var id = row.Request.Id;
        var owner = _database.Partitions[row.Request.Partition].Owner;
        if (row.Token < known.Token)
        {
            world.Broken($"{site} moved the closed token of run {id} back from {known.Token} to {row.Token}");
        }

        if (row.Closed.Count > known.Closed + 1 || (row.Closed.Count > 1 && row.Closed[^1].Token <= row.Closed[^2].Token))
        {
            world.Broken($"{site} recorded outcomes of run {id} with tokens that do not rise: {TokensText(row.Closed)}");
        }

        if (process != owner)
        {
            world.Broken($"{site} by {process} changed run {id} of a partition that {owner} owns");
        }
    }

    private void Ended(string process, FinishedRow row)
    {
        var owner = _database.Partitions[Partitions.Of(row.Run.Tenant.Value, row.Run.Queue.Value)].Owner;
        if (process != owner)
        {
            world.Broken($"{process} ended run {row.Run.Id} of a partition that {owner} owns");
        }

        if (row.Attempts.Zip(row.Attempts.Skip(1)).Any(pair => pair.First.Token >= pair.Second.Token))
        {
            world.Broken($"run {row.Run.Id} ended with tokens that do not rise: {TokensText(row.Attempts)}");
        }

        if (row.Run.StartedAt is not null && TokensOf(row.Run.Id) is var tokens && row.Attempts[^1].Token != tokens[^1])
        {
            world.Broken($"run {row.Run.Id} was ended by token {row.Attempts[^1].Token}, but its last attempt has {tokens[^1]}");
        }
    }

    /// <summary>A step carries the name of the process that did it.</summary>
    private void Steps(string process)
    {
        foreach (var (id, steps) in _database.Steps)
        {
            if (_runs.TryGetValue(id, out var known) && _database.Live.TryGetValue(id, out var row) && steps.Count > known.Steps)
            {
                known.Steps = steps.Count;
                var owner = _database.Partitions[row.Request.Partition].Owner;
                if (process != owner)
                {
                    world.Broken($"{process} wrote a step of run {id} of a partition that {owner} owns");
                }
            }
        }
    }

    private List<long> TokensOf(RunId run)
    {
        if (!Claimed.TryGetValue(run, out var tokens))
        {
            Claimed.Add(run, tokens = []);
        }

        return tokens;
    }

    private static string TokensText(IEnumerable<Attempt> attempts) => string.Join(", ", attempts.Select(attempt => attempt.Token));

    private sealed class KnownRun
    {
        public LiveRow? Row { get; private set; }

        public long Token { get; private set; }

        public int Closed { get; private set; }

        public int Steps { get; set; }

        private bool InInbox { get; set; }

        private RunState State { get; set; }

        public bool IsUnchanged(LiveRow row) => Row == row && Token == row.Token && Closed == row.Closed.Count
            && InInbox == row.InInbox && State == row.State;

        public void Take(LiveRow row) =>
            (Row, Token, Closed, InInbox, State) = (row, row.Token, row.Closed.Count, row.InInbox, row.State);
    }
}
