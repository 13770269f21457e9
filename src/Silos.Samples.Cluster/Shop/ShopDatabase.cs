using Npgsql;

namespace Silos.Samples.Cluster.Shop;

/// <summary>The shop's tables, in the same database as Silos.</summary>
internal sealed class ShopDatabase(NpgsqlDataSource source) : IAsyncDisposable
{
    /// <exception cref="StartupException">There is no connection string, or it makes no sense.</exception>
    public static ShopDatabase Of(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new StartupException("The shop needs the connection string of the silos' database: set ConnectionStrings__Silos, such as \"Host=localhost;Database=silos;Username=silos\".");
        }

        try
        {
            return new ShopDatabase(NpgsqlDataSource.Create(connectionString));
        }
        catch (ArgumentException exception)
        {
            throw new StartupException("The connection string ConnectionStrings:Silos is not valid: " + exception.Message, exception);
        }
    }

    /// <summary>Creates the tables that are missing.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("schema");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores an order, asks for its confirmation and takes the pieces from the stock: all three or nothing.</summary>
    /// <exception cref="NotFoundException">There is no such item.</exception>
    /// <exception cref="ConflictException">There are not enough pieces. Neither the order nor its run exists.</exception>
    public async Task<Order> PlaceAsync(OrderRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var add = Command("add-order", connection, request.Item, request.Pieces);
        var id = (long)(await add.ExecuteScalarAsync(cancellationToken))!;
        await using var ask = Command("ask-for-confirmation", connection, id);
        var run = (Guid)(await ask.ExecuteScalarAsync(cancellationToken))!;
        try
        {
            await using var take = Command("take-from-stock", connection, request.Item, request.Pieces);
            if (await take.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                throw new NotFoundException("item", request.Item);
            }
        }
        catch (PostgresException exception) when (exception.ConstraintName == "enough_in_stock")
        {
            throw new ConflictException($"There are not {request.Pieces} pieces of {request.Item}.", "not_enough_in_stock");
        }

        await transaction.CommitAsync(cancellationToken);
        return new Order(id, request.Item, request.Pieces, run, null);
    }

    /// <exception cref="NotFoundException">There is no such order.</exception>
    public async Task<Order> FindAsync(long id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) ?? throw new NotFoundException("order", $"{id}");

    /// <summary>Confirms an order that exists, however often it is asked to.</summary>
    public async Task<Order?> ConfirmAsync(long id, DateTimeOffset now, long token, CancellationToken cancellationToken)
    {
        await using var command = Command("confirm-order", null, id, now, token);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return await ReadAsync(id, cancellationToken);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static string Text(string name)
    {
        using var stream = typeof(ShopDatabase).Assembly.GetManifestResourceStream($"Shop/Sql/{name}")
            ?? throw new InvalidOperationException($"There is no statement {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private async Task<Order?> ReadAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = Command("find-order", null, id);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new Order(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetGuid(3), await row.IsDBNullAsync(4, cancellationToken) ? null : row.GetFieldValue<DateTimeOffset>(4))
            : null;
    }

    private NpgsqlCommand Command(string name, NpgsqlConnection? connection = null, params ReadOnlySpan<object> values)
    {
        var command = connection is null ? source.CreateCommand(Text(name)) : new NpgsqlCommand(Text(name), connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
