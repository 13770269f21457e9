using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Core.Tests.Stores;

public sealed class InMemoryFaultTests
{
    private static readonly Setting Wanted = new("queue", "default/x", JsonText.From(1));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_is_away_writes_nothing()
    {
        var faults = new OneFault(FaultKind.Away);
        await using var store = new InMemoryStore(new InMemoryDatabase(), faults);

        var thrown = await Assert.ThrowsAsync<StoreFaultException>(async () => await store.Settings.TrySaveAsync(Wanted, Cancelled));

        Assert.Equal(("settings.save", FaultKind.Away), (thrown.Site, thrown.Kind));
        Assert.Null(await store.Settings.FindAsync(Wanted.Kind, Wanted.Key, Cancelled));
        Assert.Equal(["before settings.save", "before settings.find", "after settings.find"], faults.Seen);
    }

    [Fact]
    public async Task A_write_that_is_not_confirmed_is_written_all_the_same()
    {
        await using var store = new InMemoryStore(new InMemoryDatabase(), new OneFault(FaultKind.Unconfirmed));

        await Assert.ThrowsAsync<StoreFaultException>(async () => await store.Settings.TrySaveAsync(Wanted, Cancelled));

        Assert.Equal(1, (await store.Settings.FindAsync(Wanted.Kind, Wanted.Key, Cancelled))?.Version);
    }

    [Fact]
    public async Task Two_stores_over_one_database_see_the_same_rows_and_only_one_can_hold_it()
    {
        var database = new InMemoryDatabase();
        await using var first = new InMemoryStore(database);
        await using var second = new InMemoryStore(database);
        await first.OpenAsync(exclusive: true, Cancelled);

        await Assert.ThrowsAsync<StartupException>(async () => await second.OpenAsync(exclusive: true, Cancelled));
        first.Kill();
        await second.OpenAsync(exclusive: true, Cancelled);

        await Assert.ThrowsAsync<StoreFaultException>(async () => await first.Settings.TrySaveAsync(Wanted, Cancelled));
        Assert.False(await first.IsReachableAsync(Cancelled));
        Assert.True(await second.IsReachableAsync(Cancelled));
        Assert.Null(await second.Settings.FindAsync(Wanted.Kind, Wanted.Key, Cancelled));
    }

    [Fact]
    public async Task A_hook_decides_in_which_order_two_owners_write()
    {
        var database = new InMemoryDatabase();
        var gate = new Gate();
        await using var slow = new InMemoryStore(database, gate);
        await using var fast = new InMemoryStore(database);
        var opening = await fast.Runs.OpenPartitionAsync(0, "a", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, true, Cancelled);

        var late = slow.Runs.CommitAsync(
            new PartitionCommit { Owner = new PartitionEpoch(0, opening.Epoch), Now = DateTimeOffset.UnixEpoch }, Cancelled).AsTask();
        await fast.Runs.OpenPartitionAsync(0, "b", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, true, Cancelled);
        gate.Open.SetResult(FaultKind.None);

        Assert.True((await late).OwnershipLost);
    }

    private sealed class OneFault(FaultKind kind) : IStoreFaults
    {
        private FaultKind _next = kind;

        public List<string> Seen { get; } = [];

        public ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken)
        {
            Seen.Add($"before {site}");
            (var now, _next) = (_next, FaultKind.None);
            return new ValueTask<FaultKind>(now);
        }

        public ValueTask AfterAsync(string site, CancellationToken cancellationToken)
        {
            Seen.Add($"after {site}");
            return default;
        }
    }

    private sealed class Gate : IStoreFaults
    {
        public TaskCompletionSource<FaultKind> Open { get; } = new();

        public ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken) => new(Open.Task);

        public ValueTask AfterAsync(string site, CancellationToken cancellationToken) => default;
    }
}
