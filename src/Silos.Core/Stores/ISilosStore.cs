namespace Silos.Stores;

/// <summary>A store: all ports over one database.</summary>
public interface ISilosStore : IAsyncDisposable
{
    /// <summary>Gets what people call it: <c>sqlite</c>, <c>postgres</c>, <c>memory</c>.</summary>
    string Kind { get; }

    /// <summary>Gets jobs and their ledger.</summary>
    IJobStore Jobs { get; }

    /// <summary>Gets runs, as owners of partitions use them.</summary>
    IRunStore Runs { get; }

    /// <summary>Gets runs, as people read them.</summary>
    IRunReader Reader { get; }

    /// <summary>Gets what attempts write while they run.</summary>
    IRunJournal Journal { get; }

    /// <summary>Gets numbers about runs over time.</summary>
    IRunStats Stats { get; }

    /// <summary>Gets small settings.</summary>
    ISettingStore Settings { get; }

    /// <summary>Gets keys and sessions.</summary>
    IKeyStore Keys { get; }

    /// <summary>Gets the audit log.</summary>
    IAuditStore Audit { get; }

    /// <summary>Brings the schema up to date under a lock and, with <paramref name="exclusive"/>, holds the store against other processes.</summary>
    /// <exception cref="StartupException">
    /// Another process holds the store, the database cannot be reached, or its schema is newer than this version knows. The message says which and what to do.
    /// </exception>
    ValueTask OpenAsync(bool exclusive, CancellationToken cancellationToken);

    /// <summary>Tells whether the store answers and, if opened exclusively, is still held. Never throws for a store that is away.</summary>
    ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken);
}
