using Npgsql;
using Silos.Postgres.Runs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres;

/// <summary>Puts a client app's runs into the inbox when no silo answers. It migrates nothing and holds nothing; it only inserts.</summary>
internal sealed class PostgresEnqueueFallback(Database database) : IEnqueueFallback, IAsyncDisposable
{
    private readonly InboxWriter _inbox = new(database);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<EnqueueOutcome>> PostAsync(IReadOnlyList<NewRun> runs, CancellationToken cancellationToken)
    {
        try
        {
            return await _inbox.PostAsync(runs, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            throw new UnavailableException(
                $"No silo answered, and the inbox cannot be written either: {exception.Message} Repeat the call with the same ids when one of them is back.",
                exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();
}
