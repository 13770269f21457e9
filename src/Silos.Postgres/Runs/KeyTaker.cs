using Npgsql;
using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>Takes the idempotency keys of new runs inside a transaction, and tells which runs are to be made.</summary>
/// <param name="outside">Whether the caller does not own the partition.</param>
/// <param name="checksHistory">Whether ids of finished runs count as known.</param>
/// <param name="now">The current instant; null to take each run's.</param>
internal sealed class KeyTaker(bool outside, bool checksHistory, DateTimeOffset? now)
{
    private static readonly string KnownRuns = SqlText.Get("Runs/known_runs");
    private static readonly string TakeKeys = SqlText.Get("Runs/take_keys");

    /// <summary>
    /// Divides runs so that a run that may replace another one of the same call comes after that one has been written.
    /// </summary>
    public static IReadOnlyList<List<int>> Waves(IReadOnlyList<NewRun> runs)
    {
        var waves = new List<List<int>> { new() };
        var waveOf = new Dictionary<(TenantId, string), int>();
        for (var i = 0; i < runs.Count; i++)
        {
            var wave = 0;
            if (runs[i].Unique is { } unique)
            {
                var key = (runs[i].Tenant, unique.Key);
                wave = waveOf.TryGetValue(key, out var before) ? before + (unique.Mode == DuplicateMode.Replace ? 1 : 0) : 0;
                waveOf[key] = wave;
            }

            if (wave == waves.Count)
            {
                waves.Add([]);
            }

            waves[wave].Add(i);
        }

        return waves;
    }

    /// <summary>Tells what becomes of each run: <see cref="EnqueueKind.Accepted"/> is to be made (unless its id turns out to be known).</summary>
    public async ValueTask<EnqueueOutcome[]> TakeAsync(
        NpgsqlConnection connection, IReadOnlyList<NewRun> runs, CancellationToken cancellationToken)
    {
        var outcomes = new EnqueueOutcome[runs.Count];
        var seen = new HashSet<Guid>();
        var knownBatch = new SqlBatch();
        knownBatch.AddRows(
            KnownRuns,
            row => seen.Add(row.GetGuid(0)),
            SqlBatch.P<Guid[]>([.. runs.Where(run => run.Unique is not null).Select(run => run.Id.Value)]),
            SqlBatch.P(checksHistory));
        await knownBatch.RunAsync(connection, cancellationToken);

        var keyed = new List<int>();
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = new EnqueueOutcome(EnqueueKind.Accepted, runs[i].Id);
            if (runs[i].Unique is null)
            {
                continue;
            }

            if (seen.Add(runs[i].Id.Value))
            {
                keyed.Add(i);
            }
            else
            {
                outcomes[i] = new EnqueueOutcome(EnqueueKind.Repeated, runs[i].Id);
            }
        }

        // In the order of the keys, so that two writers cannot wait for each other in a circle; equal keys stay in order.
        var ordered = keyed
            .OrderBy(i => runs[i].Tenant.Value, StringComparer.Ordinal)
            .ThenBy(i => runs[i].Unique!.Key, StringComparer.Ordinal)
            .ToList();
        if (ordered.Count == 0)
        {
            return outcomes;
        }

        var wanted = ordered.ConvertAll(i => runs[i]);
        var next = 0;
        var batch = new SqlBatch();
        batch.AddRows(
            TakeKeys,
            row => outcomes[ordered[next++]] = new EnqueueOutcome((EnqueueKind)row.GetInt16(0), new RunId(row.GetGuid(1))),
            SqlBatch.P(outside),
            SqlBatch.Instants([.. wanted.Select(run => now ?? run.EnqueuedAt)]),
            SqlBatch.Texts([.. wanted.Select(run => run.Tenant.Value)]),
            SqlBatch.Texts([.. wanted.Select(run => Text.Clean(run.Unique!.Key))]),
            SqlBatch.P<Guid[]>([.. wanted.Select(run => run.Id.Value)]),
            SqlBatch.Instants([.. wanted.Select(run => run.Unique!.Until)]),
            SqlBatch.P<short[]>([.. wanted.Select(run => (short)run.Unique!.Mode)]),
            SqlBatch.Texts([.. wanted.Select(run => run.Queue.Value)]),
            SqlBatch.Texts([.. wanted.Select(run => run.Payload?.Text)]),
            SqlBatch.Instants([.. wanted.Select(run => run.DueAt)]),
            SqlBatch.Instants([.. wanted.Select(run => run.EnqueuedAt)]));
        await batch.RunAsync(connection, cancellationToken);
        return outcomes;
    }
}
