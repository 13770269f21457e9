using Silos.Stores;

namespace Silos.Testing;

/// <summary>A store in memory with the behaviour of the real ones, for tests of engines and handlers.</summary>
/// <remarks>Several stores over one <see cref="InMemoryDatabase"/> behave as several processes over one database.</remarks>
public sealed class InMemoryStore : ISilosStore
{
    private readonly InMemoryDatabase _database;
    private readonly IStoreFaults? _faults;
    private bool _killed;

    /// <summary>A store over a database of its own.</summary>
    public InMemoryStore()
        : this(new InMemoryDatabase())
    {
    }

    /// <summary>A store over a shared database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="faults">What stands in between; null for nothing.</param>
    public InMemoryStore(InMemoryDatabase database, IStoreFaults? faults = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _faults = faults;
        Jobs = new InMemoryJobs(this);
        Runs = new InMemoryRuns(this);
        Reader = new InMemoryReader(this);
        Journal = new InMemoryJournal(this);
        Stats = new InMemoryStats(this);
        Settings = new InMemorySettings(this);
        Keys = new InMemoryKeys(this);
        Audit = new InMemoryAudit(this);
    }

    /// <summary>Gets the names of the calls by which an engine writes, as faults see them. Keys (<c>keys.*</c>) and the audit log (<c>audit.*</c>) are not its own.</summary>
    public static IReadOnlyList<string> WriteSites { get; } =
    [
        "jobs.save", "jobs.save_many", "jobs.delete", "jobs.plan", "jobs.prune",
        "runs.open", "runs.renew", "runs.release", "runs.commit", "runs.promote", "runs.adopt", "runs.post", "runs.request_cancel",
        "reader.prune", "journal.append", "settings.save",
    ];

    /// <inheritdoc/>
    public string Kind => "memory";

    /// <inheritdoc/>
    public IJobStore Jobs { get; }

    /// <inheritdoc/>
    public IRunStore Runs { get; }

    /// <inheritdoc/>
    public IRunReader Reader { get; }

    /// <inheritdoc/>
    public IRunJournal Journal { get; }

    /// <inheritdoc/>
    public IRunStats Stats { get; }

    /// <inheritdoc/>
    public ISettingStore Settings { get; }

    /// <inheritdoc/>
    public IKeyStore Keys { get; }

    /// <inheritdoc/>
    public IAuditStore Audit { get; }

    /// <summary>Gets the database, for further stores over it.</summary>
    public InMemoryDatabase Database => _database;

    /// <inheritdoc/>
    public ValueTask OpenAsync(bool exclusive, CancellationToken cancellationToken)
    {
        lock (_database.Gate)
        {
            if (_database.Holder is { } holder && holder != this)
            {
                throw new StartupException("Another process holds this database in memory. Stop it first.");
            }

            _database.Holder = exclusive ? this : null;
        }

        return default;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            return !_killed && (_faults is null || await _faults.BeforeAsync("reachable", cancellationToken) == FaultKind.None);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends the store as <c>kill -9</c> ends a process: its hold on the database is gone, its later calls reach nothing.</summary>
    public void Kill()
    {
        lock (_database.Gate)
        {
            _killed = true;
            ReleaseHold();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_database.Gate)
        {
            ReleaseHold();
        }

        return default;
    }

    /// <summary>Runs one call: the fault hooks around the work, the work under the lock, all or nothing.</summary>
    internal async ValueTask<T> DoAsync<T>(string site, Func<InMemoryDatabase, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var fault = _faults is null ? FaultKind.None : await _faults.BeforeAsync(site, cancellationToken);
        T result;
        lock (_database.Gate)
        {
            if (_killed || fault == FaultKind.Away)
            {
                throw new StoreFaultException(site, FaultKind.Away);
            }

            result = work(_database);
        }

        if (_faults is not null)
        {
            await _faults.AfterAsync(site, cancellationToken);
        }

        return fault == FaultKind.Unconfirmed ? throw new StoreFaultException(site, fault) : result;
    }

    private void ReleaseHold()
    {
        if (_database.Holder == this)
        {
            _database.Holder = null;
        }
    }
}
