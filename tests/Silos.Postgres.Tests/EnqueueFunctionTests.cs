using Npgsql;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres.Tests;

/// <summary><c>silos.enqueue(...)</c>: for callers inside their own transaction.</summary>
public sealed class EnqueueFunctionTests : IAsyncLifetime
{
    private readonly string _schema = Postgres.NewSchema();
    private readonly List<NpgsqlConnection> _connections = [];
    private PostgresStore _store = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await Postgres.StoreAsync(_schema);
        await _store.OpenAsync(exclusive: true, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_run_has_the_defaults_of_the_function()
    {
        var owner = await OpenAsync("default");
        var id = await EnqueueAsync(await ConnectAsync(), "handler => 'mail'");

        var run = Assert.Single(await AdoptAsync(owner));

        Assert.Equal(id, run.Id);
        Assert.Equal(7, id.Value.Version);
        Assert.Equal(("mail", TenantId.Default, QueueName.Default, 0, 3), (run.Request.Handler, run.Request.Tenant, run.Request.Queue, run.Request.Priority, run.Request.MaxAttempts));
        Assert.Equal(TimeSpan.FromSeconds(30), run.Request.Options.Timeout);
        Assert.Equal("postgres", run.Request.RequestedBy);
        Assert.Null(run.Request.Payload);
        Assert.Equal(RunState.Queued, run.State);
        Assert.Equal(run.Request.EnqueuedAt, run.Request.DueAt);
        Assert.Equal(0, run.Request.DueAt.Ticks % TimeSpan.TicksPerMillisecond);
    }

    [Fact]
    public async Task A_run_has_everything_it_was_given()
    {
        var owner = await OpenAsync("mails", "acme");
        var id = RunId.New(DateTimeOffset.UnixEpoch);
        var given = await EnqueueAsync(await ConnectAsync(), $$"""
            handler => 'mail', payload => '{"to": "ü''s"}', queue => 'mails', priority => -5, run_at => '2100-01-01T00:00:00Z',
            tenant => 'acme', max_attempts => 9, timeout => '1 day 2 hours 3.5 seconds', id => '{{id}}',
            options => '{"tags": ["a", "b\"c"], "concurrencyKey": "k", "concurrencyLimit": 2, "name": "welcome", "metadata": {"x": 1}, "deleteOnSuccess": true}'
            """);

        var run = Assert.Single(await AdoptAsync(owner));

        Assert.Equal(id, given);
        Assert.Equal(RunState.Scheduled, run.State);
        Assert.Equal("""{"to": "ü's"}""", run.Request.Payload?.Text);
        Assert.Equal((-5, 9, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)), (run.Request.Priority, run.Request.MaxAttempts, run.Request.DueAt));
        var options = run.Request.Options;
        Assert.Equal(new TimeSpan(1, 2, 0, 3, 500), options.Timeout);
        Assert.Equal(["a", "b\"c"], options.Tags);
        Assert.Equal(("k", 2, "welcome", true), (options.ConcurrencyKey, options.ConcurrencyLimit, options.Name, options.DeleteOnSuccess));
        Assert.Equal("""{"x": 1}""", options.Metadata?.Text);
        var byTag = new FilterCondition("tag", FilterOperator.Equal, ["b\"c"]);
        Assert.Equal(1, await _store.Reader.CountAsync(TenantId.Parse("acme"), byTag, Cancelled));
    }

    [Fact]
    public async Task No_timeout_means_no_limit()
    {
        var owner = await OpenAsync("default");
        await EnqueueAsync(await ConnectAsync(), "handler => 'mail', timeout => null");

        Assert.Null(Assert.Single(await AdoptAsync(owner)).Request.Options.Timeout);
    }

    [Fact]
    public async Task Transactions_that_commit_out_of_order_or_long_after_or_not_at_all_lose_nothing_and_add_nothing()
    {
        var owner = await OpenAsync("default");
        NpgsqlConnection first = await ConnectAsync(), second = await ConnectAsync(), third = await ConnectAsync();
        await using var early = await first.BeginTransactionAsync(Cancelled);
        await using var undone = await third.BeginTransactionAsync(Cancelled);
        var earlyRun = await EnqueueAsync(first, "handler => 'early'");
        await EnqueueAsync(third, "handler => 'undone'");
        await using var late = await second.BeginTransactionAsync(Cancelled);
        var lateRun = await EnqueueAsync(second, "handler => 'late'");

        Assert.Empty(await AdoptAsync(owner));
        await late.CommitAsync(Cancelled);
        Assert.Equal(lateRun, Assert.Single(await AdoptAsync(owner)).Id);

        // Much else comes and goes before the one that began first commits.
        for (var i = 0; i < 50; i++)
        {
            await EnqueueAsync(second, "handler => 'other'");
        }

        Assert.Equal(50, (await AdoptAsync(owner)).Count);
        Assert.Empty(await AdoptAsync(owner));
        await early.CommitAsync(Cancelled);
        await undone.RollbackAsync(Cancelled);

        Assert.Equal(earlyRun, Assert.Single(await AdoptAsync(owner)).Id);
        Assert.Empty(await AdoptAsync(owner));
    }

    [Fact]
    public async Task An_owner_whose_epoch_is_over_adopts_nothing()
    {
        var former = await OpenAsync("default");
        var owner = await OpenAsync("default");
        await EnqueueAsync(await ConnectAsync(), "handler => 'mail'");

        Assert.Empty(await AdoptAsync(former));
        Assert.Single(await AdoptAsync(owner));
    }

    [Fact]
    public async Task The_store_hears_of_a_run_when_its_transaction_commits()
    {
        // Notifications are the database's, so those of other tests are heard, too.
        var expected = Partitions.Of("default", "hints");
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.InboxChanged += partition =>
        {
            if (partition == expected)
            {
                heard.TrySetResult();
            }
        };
        var connection = await ConnectAsync();

        await EnqueueAsync(connection, "handler => 'mail', queue => 'hints'");

        await heard.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
    }

    [Fact]
    public async Task An_idempotency_key_or_an_id_stands_for_one_run()
    {
        var connection = await ConnectAsync();
        var id = RunId.New(DateTimeOffset.UnixEpoch);

        var first = await EnqueueAsync(connection, "handler => 'mail', idempotency_key => 'order-1'");
        var second = await EnqueueAsync(connection, "handler => 'mail', idempotency_key => 'order-1'");
        var named = await EnqueueAsync(connection, $"handler => 'mail', id => '{id}'");
        var again = await EnqueueAsync(connection, $"handler => 'mail', id => '{id}'");

        Assert.Equal(first, second);
        Assert.Equal(id, named);
        Assert.Equal(id, again);
        Assert.Equal(2, await _store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }

    [Fact]
    public async Task Both_ways_to_compute_a_partition_agree()
    {
        string[] names =
        [
            "default", "a", "queue with spaces", "ü", "日本語", "🚀🚀", "O'Brien", "x\"y", "%_\\", new('q', 100), new('ü', 100),
            .. Enumerable.Range(0, 500).Select(i => $"queue-{i * 7919}"),
        ];
        await using var command = new NpgsqlCommand(
            $"select {_schema}.partition_of(t, q) from unnest($1::text[], $2::text[]) with ordinality as n(t, q, place) order by place",
            await ConnectAsync());
        command.Parameters.Add(new NpgsqlParameter { Value = names.Reverse().ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = names });
        var computed = new List<int>();
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        while (await reader.ReadAsync(Cancelled))
        {
            computed.Add(reader.GetInt16(0));
        }

        Assert.Equal(names.Zip(names.Reverse(), (queue, tenant) => Partitions.Of(tenant, queue)), computed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a\u00A0")]
    [InlineData("a\u3000")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("a b")]
    [InlineData("ü's \"%_\\")]
    [InlineData("🚀")]
    public async Task Both_rules_for_names_agree(string name)
    {
        var refusal = await RefusalAsync("handler => $1", name);

        Assert.Equal(Names.IsValid(name, out _), refusal is null);
        Assert.True(refusal?.StartsWith("handler ", StringComparison.Ordinal) ?? true, refusal);
    }

    [Theory]
    [InlineData(100, 0, true)]
    [InlineData(101, 0, false)]
    [InlineData(0, 50, true)]
    [InlineData(1, 50, false)]
    public async Task Both_rules_count_the_length_of_a_name_alike(int letters, int rockets, bool accepted)
    {
        var name = new string('x', letters) + string.Concat(Enumerable.Repeat("🚀", rockets));

        Assert.Equal(accepted, Names.IsValid(name, out _));
        Assert.Equal(accepted, await RefusalAsync("handler => 'h', queue => $1", name) is null);
    }

    [Theory]
    [InlineData("handler => null", "handler null must not be null")]
    [InlineData("handler => 'h', tenant => 'a/b'", "tenant 'a/b' must not contain '/'")]
    [InlineData("handler => 'h', priority => 1001", "priority 1001 must be between -1000 and 1000")]
    [InlineData("handler => 'h', max_attempts => 0", "max_attempts 0 must be at least 1")]
    [InlineData("handler => 'h', timeout => '-1s'", "timeout -00:00:01 must be positive and at most a year; null is no limit")]
    [InlineData("handler => 'h', run_at => 'infinity'", "run_at infinity must be finite")]
    [InlineData("handler => 'h', idempotency_key => ''", "idempotency_key must have 1 to 200 characters, not 0")]
    [InlineData("handler => 'h', options => '[]'", "options must be a JSON object, not array")]
    [InlineData("handler => 'h', options => '{\"colour\": 1}'", "options.colour is not known; known are concurrencyKey")]
    [InlineData("handler => 'h', options => '{\"tags\": [1]}'", "options.tags [1] must be an array of strings")]
    [InlineData("handler => 'h', options => '{\"concurrencyLimit\": 1.5}'", "options.concurrencyLimit 1.5 must be a whole number from 0 on")]
    [InlineData("handler => 'h', options => '{\"deleteOnSuccess\": \"yes\"}'", "options.deleteOnSuccess \"yes\" must be a JSON boolean")]
    public async Task What_makes_no_sense_is_refused_by_name(string arguments, string refusal) =>
        Assert.StartsWith(refusal, await RefusalAsync(arguments), StringComparison.Ordinal);

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(await Postgres.ConnectionStringAsync());
        _connections.Add(connection);
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    private async Task<RunId> EnqueueAsync(NpgsqlConnection connection, string arguments, params object[] values)
    {
        await using var command = new NpgsqlCommand($"select {_schema}.enqueue({arguments})", connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return new RunId(Assert.IsType<Guid>(await command.ExecuteScalarAsync(Cancelled)));
    }

    private async Task<string?> RefusalAsync(string arguments, params object[] values)
    {
        var connection = await ConnectAsync();
        return (await Record.ExceptionAsync(() => EnqueueAsync(connection, arguments, values)) as PostgresException)?.MessageText;
    }

    private async Task<PartitionEpoch> OpenAsync(string queue, string tenant = "default")
    {
        var partition = Partitions.Of(tenant, queue);
        var now = DateTimeOffset.UnixEpoch;
        var opening = await _store.Runs.OpenPartitionAsync(partition, "owner", now, now.AddDays(1), exclusive: true, Cancelled);
        return new PartitionEpoch(partition, opening.Epoch);
    }

    /// <summary>Adopts with a clock that is far behind the database's: what is due by the database's own clock is due.</summary>
    private async Task<IReadOnlyList<PendingRun>> AdoptAsync(PartitionEpoch owner) =>
        await _store.Runs.AdoptAsync([owner], DateTimeOffset.UnixEpoch, 100, Cancelled);
}
