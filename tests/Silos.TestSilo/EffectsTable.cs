using Npgsql;
using Silos.Workers;

namespace Silos.TestSilo;

/// <summary>The table outside of Silos where effects are left. It has no unique key: what is done twice is to be seen.</summary>
internal sealed class EffectsTable : IAsyncDisposable
{
    private const string Begin = """
        insert into outside.effect (run, token, attempt, job, queue, key, due, silo, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    private const string End = "update outside.effect set ended = coalesce(ended, clock_timestamp()) where run = $1 and token = $2 and silo = $3";

    private const int Tries = 300;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly NpgsqlDataSource _source;
    private readonly string _silo = Environment.GetEnvironmentVariable("TEST_SILO") ?? "?";
    private readonly string _version = Environment.GetEnvironmentVariable("TEST_SILO_VERSION") ?? string.Empty;

    public EffectsTable(IConfiguration configuration)
    {
        var connection = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("Silos"))
        {
            MaxPoolSize = 8,
            Timeout = 5,
            CommandTimeout = 5,
            ApplicationName = "effects",
        };
        _source = NpgsqlDataSource.Create(connection);
    }

    public async Task BeginAsync(JobContext context, string? key, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(Begin);
        command.Parameters.Add(new NpgsqlParameter { Value = context.RunId.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = context.FencingToken });
        command.Parameters.Add(new NpgsqlParameter { Value = context.Attempt });
        command.Parameters.Add(new NpgsqlParameter { Value = context.Job?.Value ?? string.Empty });
        command.Parameters.Add(new NpgsqlParameter { Value = context.Queue.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = key ?? string.Empty });
        command.Parameters.Add(new NpgsqlParameter { Value = context.DueAt });
        command.Parameters.Add(new NpgsqlParameter { Value = _silo });
        command.Parameters.Add(new NpgsqlParameter { Value = _version });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Marks the end, again and again until the database answers: it can be marked twice and is the same.</summary>
    public async Task EndAsync(JobContext context, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await TryEndAsync(context, cancellationToken);
                return;
            }
            catch (NpgsqlException) when (tries < Tries)
            {
                await Task.Delay(Pause, context.Clock, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync() => await _source.DisposeAsync();

    private async Task TryEndAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(End);
        command.Parameters.Add(new NpgsqlParameter { Value = context.RunId.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = context.FencingToken });
        command.Parameters.Add(new NpgsqlParameter { Value = _silo });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
