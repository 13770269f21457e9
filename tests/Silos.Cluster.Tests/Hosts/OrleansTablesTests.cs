using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;
using Silos.Cluster.Nodes;
using Silos.Grains;
using Silos.Postgres;

namespace Silos.Cluster.Tests.Hosts;

/// <summary>Orleans' providers on the tables and statements that our migrations make.</summary>
public sealed class OrleansTablesTests : IAsyncLifetime
{
    private static readonly DateTime Now = new(2026, 5, 1, 12, 0, 0, DateTimeKind.Utc);
    private TestDatabase _database = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(Cancelled);
        await using var store = new PostgresStore(
            _database.ConnectionString, null, NullLogger<PostgresStore>.Instance, [PostgresMembership.Tables]);
        await store.MigrateAsync(Cancelled);
    }

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_silo_is_written_read_changed_and_cleaned_up()
    {
        var table = await MembershipAsync();
        var silo = Entry(1);

        Assert.True(await table.InsertRow(silo, await VersionAsync(table)));
        var read = Assert.Single((await table.ReadRow(silo.SiloAddress)).Members).Item1;
        Assert.Equal((silo.SiloAddress, silo.SiloName, silo.HostName, silo.Status, silo.ProxyPort), (read.SiloAddress, read.SiloName, read.HostName, read.Status, read.ProxyPort));
        Assert.Equal((Now, Now), (read.StartTime, read.IAmAliveTime));

        silo.Status = SiloStatus.Active;
        silo.SuspectTimes = [Tuple.Create(Entry(2).SiloAddress, Now)];
        Assert.True(await table.UpdateRow(silo, string.Empty, await VersionAsync(table)));
        silo.IAmAliveTime = Now.AddMinutes(1);
        await table.UpdateIAmAlive(silo);
        read = Assert.Single((await table.ReadAll()).Members).Item1;
        Assert.Equal((SiloStatus.Active, Now.AddMinutes(1)), (read.Status, read.IAmAliveTime));
        Assert.Equal(silo.SuspectTimes, read.SuspectTimes);

        await table.CleanupDefunctSiloEntries(Now.AddDays(1));
        Assert.Single((await table.ReadAll()).Members);
        silo.Status = SiloStatus.Dead;
        Assert.True(await table.UpdateRow(silo, string.Empty, await VersionAsync(table)));
        await table.CleanupDefunctSiloEntries(Now.AddDays(1));
        Assert.Empty((await table.ReadAll()).Members);

        await table.DeleteMembershipTableEntries("tests");
        Assert.Equal("0", (await _database.SqlAsync("select count(*) from silos.cluster_version", Cancelled)).Trim());
    }

    [Fact]
    public async Task Who_has_not_seen_the_newest_version_changes_nothing()
    {
        var table = await MembershipAsync();
        var stale = await VersionAsync(table);
        Assert.True(await table.InsertRow(Entry(1), stale));
        var current = await VersionAsync(table);

        Assert.False(await table.InsertRow(Entry(2), stale));
        Assert.False(await table.UpdateRow(Entry(1), string.Empty, stale));
        Assert.False(await table.InsertRow(Entry(1), current));
        Assert.False(await table.UpdateRow(Entry(3), string.Empty, current));
        Assert.Equal(current.Version, (await VersionAsync(table)).Version);
    }

    [Fact]
    public async Task Of_ten_that_join_at_once_from_one_version_exactly_one_does()
    {
        var tables = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => MembershipAsync()));
        var version = await VersionAsync(tables[0]);

        var joined = await Task.WhenAll(tables.Select((table, number) => table.InsertRow(Entry(number + 1), version)));

        Assert.Single(joined, won => won);
        Assert.Single((await tables[0].ReadAll()).Members);
    }

    [Fact]
    public async Task A_reminder_is_written_found_by_grain_and_by_range_and_removed_only_as_it_was_read()
    {
        var table = Reminders();
        await table.StartAsync(Cancelled);
        var grains = Enumerable.Range(0, 20).Select(number => GrainId.Create("job", $"default/{number}")).ToList();
        foreach (var grain in grains)
        {
            await table.UpsertRow(new ReminderEntry { GrainId = grain, ReminderName = "due", StartAt = Now, Period = TimeSpan.FromDays(60) });
        }

        var one = (await table.ReadRow(grains[0], "due"))!;
        Assert.Equal((Now, TimeSpan.FromDays(60)), (one.StartAt, one.Period));
        Assert.NotEqual(one.ETag, await table.UpsertRow(one));
        Assert.False(await table.RemoveRow(grains[0], "due", one.ETag!));
        Assert.Equal(20, (await table.ReadRows(0, 0)).Reminders.Count);

        // A range leaves its begin out and has its end in it, also where it wraps around.
        var ordered = grains.OrderBy(grain => grain.GetUniformHashCode()).ToList();
        var (low, high) = (ordered[4].GetUniformHashCode(), ordered[9].GetUniformHashCode());
        Assert.Equal(ordered[5..10].ToHashSet(), (await table.ReadRows(low, high)).Reminders.Select(reminder => reminder.GrainId).ToHashSet());
        Assert.Equal(15, (await table.ReadRows(high, low)).Reminders.Count);

        one = (await table.ReadRow(grains[0], "due"))!;
        Assert.True(await table.RemoveRow(grains[0], "due", one.ETag!));
        Assert.Empty((await table.ReadRows(grains[0])).Reminders);
    }

    [Fact]
    public async Task Reading_a_range_of_many_reminders_uses_the_index()
    {
        await _database.SqlAsync(
            "insert into silos.reminder select 'tests', 'g' || n, 'due', now(), 60000, hashint4(n) from generate_series(1, 20000) n; analyze silos.reminder",
            Cancelled);

        var plan = await _database.SqlAsync(
            "explain select * from silos.reminder where service_id = 'tests' and grain_hash > 0 and grain_hash <= 100000", Cancelled);

        Assert.Contains("reminder_hash", plan, StringComparison.Ordinal);
    }

    private static MembershipEntry Entry(int number) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), number),
        SiloName = $"silo-{number}",
        HostName = "host",
        Status = SiloStatus.Joining,
        ProxyPort = 30000,
        StartTime = Now,
        IAmAliveTime = Now,
    };

    private static async Task<TableVersion> VersionAsync(AdoNetClusteringTable table) => (await table.ReadAll()).Version.Next() is var next
        ? new TableVersion(next.Version, (next.Version - 1).ToString(System.Globalization.CultureInfo.InvariantCulture))
        : null!;

    private async Task<AdoNetClusteringTable> MembershipAsync()
    {
        var table = new AdoNetClusteringTable(
            new ServiceCollection().BuildServiceProvider(),
            Options.Create(new ClusterOptions { ClusterId = "tests", ServiceId = "tests" }),
            Options.Create(new AdoNetClusteringSiloOptions { Invariant = MembershipDatabase.Driver, ConnectionString = OwnConnection() }),
            NullLogger<AdoNetClusteringTable>.Instance);
        await table.InitializeMembershipTable(true);
        return table;
    }

    private IReminderTable Reminders()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.Configure<ClusterOptions>(options => options.ServiceId = "tests");
        services.UseAdoNetReminderService(options => options.Configure(own =>
        {
            own.Invariant = MembershipDatabase.Driver;
            own.ConnectionString = OwnConnection();
        }));
        return services.BuildServiceProvider().GetRequiredService<IReminderTable>();
    }

    private string OwnConnection() => MembershipDatabase.ConnectionString(_database.ConnectionString, "silos");
}
