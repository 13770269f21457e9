using Npgsql;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>The table outside of Silos where handlers leave their effects.</summary>
internal sealed class Effects(NpgsqlDataSource source)
{
    private const string Table = """
        create schema outside;
        create table outside.effect (
            run uuid not null, token bigint not null, attempt integer not null, job text not null, queue text not null, key text not null,
            due timestamptz not null, silo text not null, version text not null,
            began timestamptz not null default clock_timestamp(), ended timestamptz);
        create index on outside.effect (run, token);
        """;

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Table);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads all of them, as soon as the database answers.</summary>
    public async Task<List<Effect>> ReadAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await TryReadAsync(cancellationToken);
            }
            catch (NpgsqlException) when (tries < 300)
            {
                // The scenario has just taken the database away.
                await Clock.WaitAsync(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private async Task<List<Effect>> TryReadAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "select run, token, attempt, job, queue, key, due, silo, version, began, ended from outside.effect order by began");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var effects = new List<Effect>();
        while (await reader.ReadAsync(cancellationToken))
        {
            effects.Add(new Effect(
                reader.GetGuid(0).ToString(),
                reader.GetInt64(1),
                reader.GetInt32(2),
                reader.GetString(3),
                reader.GetString(4),
                reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetString(7),
                reader.GetString(8),
                reader.GetFieldValue<DateTimeOffset>(9),
                reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10)));
        }

        return effects;
    }
}

/// <summary>One attempt, as its handler told: when it began and, if it lived to tell, when it stopped.</summary>
internal sealed record Effect(
    string Run,
    long Token,
    int Attempt,
    string Job,
    string Queue,
    string Key,
    DateTimeOffset Due,
    string Silo,
    string Version,
    DateTimeOffset Began,
    DateTimeOffset? Ended);
