using Microsoft.Extensions.Logging;
using Npgsql;
using Silos.Postgres.Audit;
using Silos.Postgres.Jobs;
using Silos.Postgres.Keys;
using Silos.Postgres.Runs;
using Silos.Postgres.Settings;
using Silos.Postgres.Stats;
using Silos.Stores;

namespace Silos.Postgres;

/// <summary>All ports over one schema of a PostgreSQL database.</summary>
/// <remarks>
/// Opened exclusively it refuses other processes; opened otherwise it shares the schema with others that do the same, and
/// refuses one that wants it for itself. Either way the partitions' epochs, the jobs' versions and the runs' tokens are
/// checked by every write.
/// </remarks>
public sealed partial class PostgresStore : ISilosStore, IInboxNotifications, IStoreMigration, IStoreClock
{
    private static readonly string Ping = SqlText.Get("Store/ping");
    private static readonly string Clock = SqlText.Get("Store/clock");
    private static readonly string UnsafeSettings = SqlText.Get("Store/unsafe_settings");

    private readonly Database _database;
    private readonly Hold _hold;
    private readonly IReadOnlyList<MigrationSet> _sets;
    private readonly ILogger<PostgresStore> _logger;

    /// <summary>Makes a store for a database; nothing is connected before <see cref="OpenAsync"/>.</summary>
    /// <param name="connectionString">An Npgsql connection string.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="logger">Where losses of the connection are reported.</param>
    /// <param name="sets">Tables that others need in the same schema; null for none.</param>
    /// <exception cref="StartupException">The connection string or an option makes no sense.</exception>
    public PostgresStore(
        string connectionString, PostgresOptions? options, ILogger<PostgresStore> logger, IEnumerable<MigrationSet>? sets = null)
        : this(new Database(connectionString, options ?? new PostgresOptions()), logger, sets)
    {
    }

    internal PostgresStore(Database database, ILogger<PostgresStore> logger, IEnumerable<MigrationSet>? sets = null)
    {
        _database = database;
        _sets = [.. (sets ?? []).Where(set => set.StoreKind == Kind)];
        _logger = logger;
        _hold = new Hold(database, logger);
        Jobs = new PostgresJobStore(database, _hold.Assert);
        Runs = new PostgresRunStore(database, _hold.Assert);
        Reader = new PostgresRunReader(database, _hold.Assert);
        Journal = new PostgresRunJournal(database, _hold.Assert);
        Stats = new PostgresRunStats(database, _hold.Assert);
        Settings = new PostgresSettingStore(database, _hold.Assert);
        Keys = new PostgresKeyStore(database);
        Audit = new PostgresAuditStore(database);
    }

    /// <inheritdoc/>
    public event Action<int>? InboxChanged
    {
        add => _hold.InboxChanged += value;
        remove => _hold.InboxChanged -= value;
    }

    /// <inheritdoc/>
    public string Kind => "postgres";

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

    /// <inheritdoc/>
    public async ValueTask OpenAsync(bool exclusive, CancellationToken cancellationToken)
    {
        var session = await _database.OpenFirstAsync(cancellationToken);
        try
        {
            // The hold comes first: a process that is refused must not have migrated the schema of the one that works.
            await _hold.TakeAsync(session, exclusive, cancellationToken);
            await MigrateAsync(cancellationToken);
        }
        catch (PostgresException exception)
        {
            await CloseAsync(session);
            throw new StartupException(_database.Explain(exception), exception);
        }
        catch (NpgsqlException exception)
        {
            await CloseAsync(session);
            throw new StartupException($"The connection to PostgreSQL broke while the store was opened: {exception.Message}", exception);
        }
        catch
        {
            await CloseAsync(session);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<MigrationOutcome>> MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _database.OpenFirstAsync(cancellationToken);
            var outcomes = await Migrator.RunAsync(connection, _database.Options.Schema, _sets, cancellationToken);
            foreach (var outcome in outcomes.Where(outcome => outcome.Applied > 0))
            {
                LogMigrated(outcome.Set, _database.Options.Schema, outcome.Version, outcome.Applied);
            }

            await WarnAsync(connection, cancellationToken);
            return outcomes;
        }
        catch (PostgresException exception)
        {
            throw new StartupException(_database.Explain(exception), exception);
        }
        catch (NpgsqlException exception)
        {
            throw new StartupException($"The connection to PostgreSQL broke while the schema was brought up to date: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        try
        {
            DateTimeOffset now = default;
            var batch = new SqlBatch();
            batch.AddRows(Clock, row => now = row.GetFieldValue<DateTimeOffset>(0));
            await batch.RunAsync(_database.Reads, cancellationToken);
            return now;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            throw new UnavailableException($"The clock of PostgreSQL cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        if (_hold.Lost is not null)
        {
            return false;
        }

        try
        {
            var batch = new SqlBatch();
            batch.AddCheck(Ping);
            await batch.RunAsync(_database.Writes, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            LogUnreachable(exception);
            return false;
        }
    }

    /// <summary>Gives the store up for other processes and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _hold.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task WarnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var off = new List<string>();
        var batch = new SqlBatch();
        batch.AddRows(UnsafeSettings, row => off.Add($"{row.GetString(0)}=off"));
        await batch.RunAsync(connection, cancellationToken);
        if (off.Count > 0)
        {
            LogUnsafe(string.Join(" and ", off));
        }
    }

    private async ValueTask CloseAsync(NpgsqlConnection session)
    {
        if (_hold.Lost is null)
        {
            await _hold.DisposeAsync();
        }

        await session.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Information, "The tables {Set} in schema {Schema} are at version {Version} after {Applied} migration(s)")]
    private partial void LogMigrated(string set, string schema, int version, int applied);

    [LoggerMessage(LogLevel.Warning, "PostgreSQL runs with {Settings}: when its machine crashes, runs that were acknowledged can be lost and the database damaged. Switch it on in postgresql.conf")]
    private partial void LogUnsafe(string settings);

    [LoggerMessage(LogLevel.Debug, "PostgreSQL does not answer")]
    private partial void LogUnreachable(Exception exception);
}
