using Microsoft.Data.Sqlite;

namespace Silos.Samples.Data;

/// <summary>A connection to the samples' tables.</summary>
internal sealed class Session(SqliteConnection connection) : IAsyncDisposable
{
    /// <summary>Prepares a statement by its name, such as <c>School/Sql/find-pending-imports</c>.</summary>
    public Statement Command(string name) => new(connection.CreateCommand(), SqlText.Read(name));

    /// <summary>Does several things or none of them.</summary>
    public async Task<T> InTransactionAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await work();
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>Does things and undoes them, to see what they would change.</summary>
    public async Task<T> RehearseAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await work();
        await transaction.RollbackAsync(cancellationToken);
        return result;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
