using Npgsql;
using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>New runs turned into columns: one array each, the parameters of <c>unnest</c>.</summary>
internal sealed class NewRunColumns
{
    private readonly Guid[] _ids;
    private readonly string[] _tenants;
    private readonly string[] _queues;
    private readonly string[] _handlers;
    private readonly int[] _priorities;
    private readonly string?[] _payloads;
    private readonly DateTimeOffset[] _due;
    private readonly DateTimeOffset[] _enqueued;
    private readonly string?[] _jobs;
    private readonly DateTimeOffset?[] _occurrences;
    private readonly int[] _maxAttempts;
    private readonly string?[] _options;
    private readonly string?[] _tags;
    private readonly string?[] _requesters;

    public NewRunColumns(IReadOnlyList<NewRun> runs)
    {
        var count = runs.Count;
        Partitions = new short[count];
        _ids = new Guid[count];
        _tenants = new string[count];
        _queues = new string[count];
        _handlers = new string[count];
        _priorities = new int[count];
        _payloads = new string?[count];
        _due = new DateTimeOffset[count];
        _enqueued = new DateTimeOffset[count];
        _jobs = new string?[count];
        _occurrences = new DateTimeOffset?[count];
        _maxAttempts = new int[count];
        _options = new string?[count];
        _tags = new string?[count];
        _requesters = new string?[count];

        // Runs that come together are mostly alike, and each of these costs more than the rest of the row.
        RunOptions? lastOptions = null;
        string? lastOptionsText = null;
        for (var i = 0; i < count; i++)
        {
            var run = runs[i];
            if (!ReferenceEquals(run.Options, lastOptions))
            {
                lastOptions = run.Options;
                lastOptionsText = Text.Write(run.Options);
            }

            _ids[i] = run.Id.Value;
            _tenants[i] = run.Tenant.Value;
            _queues[i] = run.Queue.Value;
            _handlers[i] = run.Handler;
            _priorities[i] = run.Priority;
            _payloads[i] = run.Payload?.Text;
            _due[i] = run.DueAt;
            _enqueued[i] = run.EnqueuedAt;
            _jobs[i] = run.Job?.Value;
            _occurrences[i] = run.OccurrenceAt;
            _maxAttempts[i] = run.MaxAttempts;
            _options[i] = lastOptionsText;
            _tags[i] = Text.WriteArray(run.Options.Tags);
            _requesters[i] = Text.Clean(run.RequestedBy);
        }
    }

    /// <summary>Gets the partitions; filled only for <see cref="WithPartitions"/>.</summary>
    private short[] Partitions { get; }

    /// <summary>Gets the parameters for runs of one partition, and what follows them.</summary>
    public NpgsqlParameter[] For(int partition, params NpgsqlParameter[] more) => [SqlBatch.P((short)partition), .. Columns(), .. more];

    /// <summary>Gets the parameters for runs of any partition.</summary>
    public NpgsqlParameter[] WithPartitions(IReadOnlyList<NewRun> runs)
    {
        for (var i = 0; i < runs.Count; i++)
        {
            Partitions[i] = (short)runs[i].Partition;
        }

        return [SqlBatch.P(Partitions), .. Columns()];
    }

    private NpgsqlParameter[] Columns() =>
    [
        SqlBatch.P(_ids),
        SqlBatch.Texts(_tenants),
        SqlBatch.Texts(_queues),
        SqlBatch.Texts(_handlers),
        SqlBatch.P(_priorities),
        SqlBatch.Texts(_payloads),
        SqlBatch.Instants(_due),
        SqlBatch.Instants(_enqueued),
        SqlBatch.Texts(_jobs),
        SqlBatch.Instants(_occurrences),
        SqlBatch.P(_maxAttempts),
        SqlBatch.Texts(_options),
        SqlBatch.Texts(_tags),
        SqlBatch.Texts(_requesters),
    ];
}
