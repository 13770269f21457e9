using System.Net.Sockets;
using Npgsql;

namespace Silos.Postgres;

/// <summary>Connections to one schema of one database.</summary>
internal sealed class Database : IAsyncDisposable
{
    /// <summary>SQLSTATE raised by <c>epoch_over</c>.</summary>
    public const string EpochOver = "SI001";

    /// <summary>SQLSTATE raised by <c>assert_all</c>.</summary>
    public const string NotCurrent = "SI002";

    /// <summary>
    /// Plans are pinned for statements that write: the tables are queues whose statistics are always wrong, and every
    /// statement names its rows by key, so a nested loop over an index is right whether they hold ten rows or ten million. Statements write the keys of such tables as
    /// <c>id = any (array[k.id])</c>: by a plain equality a plan that is made while a table is empty walks the whole table in the order of its
    /// index and looks for each row among the keys, which is quadratic as soon as the table is not empty any more.
    /// </summary>
    private const string PinnedPlans =
        "-c jit=off -c timezone=UTC -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    private const string FreePlans = "-c jit=off -c timezone=UTC";

    private static readonly string Durable = SqlText.Get("Store/durable");

    private readonly NpgsqlConnectionStringBuilder _given;

    public Database(string connectionString, PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        try
        {
            _given = new NpgsqlConnectionStringBuilder(connectionString);
            Writes = Source(With(PinnedPlans));
            Reads = Source(With(FreePlans));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new StartupException("The connection string of PostgreSQL is not valid: " + exception.Message, exception);
        }
    }

    public PostgresOptions Options { get; }

    /// <summary>Gets connections for statements that name their rows by key.</summary>
    public NpgsqlDataSource Writes { get; }

    /// <summary>Gets connections for statements whose plan depends on what is asked for.</summary>
    public NpgsqlDataSource Reads { get; }

    /// <summary>Opens a connection of its own that is kept for as long as it lives.</summary>
    public async Task<NpgsqlConnection> OpenSessionAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(With(FreePlans)) { Pooling = false, MaxAutoPrepare = 0, KeepAlive = 5 };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await MakeDurableAsync(connection);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a connection for the start and explains in a sentence what is in the way; never shows the password.</summary>
    public async Task<NpgsqlConnection> OpenFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await OpenSessionAsync(cancellationToken);
        }
        catch (PostgresException exception)
        {
            throw new StartupException(Explain(exception), exception);
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or TimeoutException)
        {
            var reason = exception.InnerException is { } inner && inner is not TimeoutException ? inner.Message : exception.Message;
            throw new StartupException($"PostgreSQL cannot be reached at {_given.Host}:{_given.Port}: {reason.TrimEnd('.')}. Is the server running, and is the address right?", exception);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new StartupException("The connection string of PostgreSQL is not valid: " + exception.Message, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Writes.DisposeAsync();
        await Reads.DisposeAsync();
    }

    /// <summary>Says what a refusal by the server means for the start.</summary>
    internal string Explain(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"PostgreSQL at {_given.Host}:{_given.Port} refuses user '{_given.Username}': {exception.MessageText}. Check the user name and the password.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"Database '{_given.Database ?? _given.Username}' does not exist at {_given.Host}:{_given.Port}. Create it, or name another one.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"User '{_given.Username}' may not work in schema '{Options.Schema}' of database '{_given.Database}': {exception.MessageText}. Grant CREATE on the database, or make the schema owned by this user.",
        PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.CannotConnectNow =>
            $"PostgreSQL at {_given.Host}:{_given.Port} takes no connections now: {exception.MessageText}.",
        _ => $"PostgreSQL at {_given.Host}:{_given.Port} refuses: {exception.MessageText} ({exception.SqlState}).",
    };

    /// <summary>Every new connection is made durable: an acknowledgement means that a crash loses nothing.</summary>
    private static NpgsqlDataSource Source(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.UsePhysicalConnectionInitializer(MakeDurable, MakeDurableAsync);
        return builder.Build();
    }

    private static void MakeDurable(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Durable, connection);
        command.ExecuteNonQuery();
    }

    private static async Task MakeDurableAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Durable, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string With(string settings)
    {
        var own = new NpgsqlConnectionStringBuilder(_given.ConnectionString)
        {
            SearchPath = $"{Options.Schema},pg_temp",
            CommandTimeout = (int)Options.CommandTimeout.TotalSeconds,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            Enlist = false,
            // Sessions keep no state of their own, and resetting one would throw its prepared statements away.
            NoResetOnClose = true,
            Options = string.IsNullOrEmpty(_given.Options) ? settings : $"{_given.Options} {settings}",
        };
        own.ApplicationName ??= Options.ApplicationName;
        return own.ConnectionString;
    }
}
