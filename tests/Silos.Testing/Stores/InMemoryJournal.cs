using Silos.Runs;
using Silos.Stores;

namespace Silos.Testing;

internal sealed class InMemoryJournal(InMemoryStore store) : IRunJournal
{
    public ValueTask<IReadOnlyList<RunId>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<RunId>>(
            "journal.append",
            db => [.. entries.Where(entry => !Append(db, entry)).Select(entry => entry.Run).Distinct()],
            cancellationToken);

    public ValueTask<IReadOnlyList<RunStep>> ReadStepsAsync(RunId run, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<RunStep>>(
            "journal.read_steps",
            db => db.Steps.TryGetValue(run, out var steps) ? [.. steps] : [],
            cancellationToken);

    public ValueTask<long> LastSequenceAsync(RunId run, CancellationToken cancellationToken) =>
        store.DoAsync(
            "journal.last_sequence",
            db => db.Logs.TryGetValue(run, out var lines) && lines.Count > 0 ? lines.Keys.Last() : 0,
            cancellationToken);

    private static bool Append(InMemoryDatabase db, JournalEntry entry)
    {
        if (!db.Owns(entry.Owner)
            || !db.Partitions[entry.Owner.Partition].Live.TryGetValue(entry.Run, out var row)
            || row.Request.Tenant != entry.Tenant
            || entry.Token <= row.Token)
        {
            return false;
        }

        foreach (var step in entry.Steps)
        {
            if (!db.Steps.TryGetValue(entry.Run, out var steps))
            {
                db.Steps.Add(entry.Run, steps = []);
            }

            var at = steps.FindIndex(other => other.Name == step.Name);
            if (at < 0)
            {
                steps.Add(step);
            }
            else
            {
                steps[at] = step;
            }
        }

        foreach (var line in entry.Log)
        {
            if (!db.Logs.TryGetValue(entry.Run, out var lines))
            {
                db.Logs.Add(entry.Run, lines = []);
            }

            lines.TryAdd(line.Sequence, line);
        }

        if (entry.Progress is not null || entry.ProgressMessage is not null)
        {
            row.Progress = entry.Progress ?? row.Progress;
            row.ProgressMessage = entry.ProgressMessage;
        }

        return true;
    }
}
