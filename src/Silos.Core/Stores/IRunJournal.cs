using Silos.Runs;

namespace Silos.Stores;

/// <summary>Where attempts write while they run: steps, progress, log lines.</summary>
/// <remarks>
/// An entry counts only while its attempt does: the partition's epoch is the one it was lent under and its token is above the run's
/// closed token. Entries of other attempts are dropped and reported. Implementations prove themselves with <c>RunJournalConformance</c>.
/// </remarks>
public interface IRunJournal
{
    /// <summary>Writes entries of many attempts in one transaction and returns the runs whose entries were refused.</summary>
    ValueTask<IReadOnlyList<RunId>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken);

    /// <summary>Reads the steps of a run, for an attempt that begins.</summary>
    ValueTask<IReadOnlyList<RunStep>> ReadStepsAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Gets the highest sequence number of the run's log; 0 if it has none.</summary>
    ValueTask<long> LastSequenceAsync(RunId run, CancellationToken cancellationToken);
}

/// <summary>What one attempt wants written.</summary>
/// <param name="Owner">The partition and epoch the attempt was lent under.</param>
/// <param name="Tenant">The run's tenant.</param>
/// <param name="Run">The run.</param>
/// <param name="Token">The attempt's token.</param>
public sealed record JournalEntry(PartitionEpoch Owner, TenantId Tenant, RunId Run, long Token)
{
    /// <summary>Gets steps, inserted or replaced by name.</summary>
    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    /// <summary>Gets log lines; a sequence number that exists is left as it is.</summary>
    public IReadOnlyList<RunLogLine> Log { get; init; } = [];

    /// <summary>Gets the progress, 0 to 100, or null for none.</summary>
    public int? Progress { get; init; }

    /// <summary>Gets the message of the progress.</summary>
    public string? ProgressMessage { get; init; }
}
