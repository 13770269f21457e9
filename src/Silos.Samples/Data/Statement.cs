using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Silos.Samples.Data;

/// <summary>A statement with its values.</summary>
internal sealed class Statement
{
    private readonly SqliteCommand _command;

    public Statement(SqliteCommand command, string text)
    {
        _command = command;
        _command.CommandText = text;
    }

    /// <summary>Sets a value. Instants are stored as text that sorts by time.</summary>
    public Statement With(string name, object? value)
    {
        _command.Parameters.AddWithValue($"${name}", value switch
        {
            null => DBNull.Value,
            DateTimeOffset instant => Text(instant),
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => value,
        });
        return this;
    }

    /// <summary>Executes it and returns how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        await using var command = _command;
        return Math.Max(0, await command.ExecuteNonQueryAsync(cancellationToken));
    }

    /// <summary>Reads rows.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(Func<SqliteDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = _command;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Writes an instant as the tables keep it.</summary>
    public static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
