using Microsoft.Extensions.Logging.Abstractions;
using Silos.Cluster.Nodes;
using Silos.Engine;
using Silos.Testing;

namespace Silos.Cluster.Tests.Nodes;

/// <summary>When a silo that cannot reach the store gives its place up.</summary>
public sealed class LostStoreTests
{
    private readonly ManualTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    private readonly List<string> _reasons = [];
    private bool _reaches;
    private bool _anotherReaches = true;

    [Fact]
    public async Task A_silo_that_alone_has_lost_the_store_gives_its_place_up()
    {
        using var lost = Make();
        await LookAsync(lost, TimeSpan.Zero);
        await LookAsync(lost, LostStore.Patience - TimeSpan.FromSeconds(1));
        Assert.Empty(_reasons);

        await LookAsync(lost, TimeSpan.FromSeconds(1));
        Assert.Equal(["The store has not answered this silo for 15 s, but it answers another one."], _reasons);
    }

    [Fact]
    public async Task A_store_that_answers_nobody_is_waited_for()
    {
        using var lost = Make();
        _anotherReaches = false;
        await LookAsync(lost, TimeSpan.Zero);
        await LookAsync(lost, TimeSpan.FromHours(1));
        Assert.Empty(_reasons);
    }

    [Fact]
    public async Task A_store_that_answered_in_between_begins_the_time_anew()
    {
        using var lost = Make();
        await LookAsync(lost, TimeSpan.Zero);
        _reaches = true;
        await LookAsync(lost, TimeSpan.FromSeconds(10));
        _reaches = false;
        await LookAsync(lost, TimeSpan.FromSeconds(10));
        await LookAsync(lost, TimeSpan.FromSeconds(10));
        Assert.Empty(_reasons);
    }

    [Fact]
    public async Task A_silo_that_was_paused_and_finds_the_store_again_stays()
    {
        using var lost = Make(whileAsking: () => _reaches = true);
        await LookAsync(lost, TimeSpan.Zero);
        await LookAsync(lost, TimeSpan.FromMinutes(1));
        Assert.Empty(_reasons);
    }

    private async Task LookAsync(LostStore lost, TimeSpan after)
    {
        _clock.Advance(after);
        Assert.False(await lost.RunOnceAsync(TestContext.Current.CancellationToken));
    }

    private LostStore Make(Action? whileAsking = null) => new(
        _ => Task.FromResult(_reaches),
        _ =>
        {
            whileAsking?.Invoke();
            return Task.FromResult(_anotherReaches);
        },
        _reasons.Add,
        _clock,
        EngineScheduler.Default,
        new StoreWatch(_clock, NullLogger<StoreWatch>.Instance),
        NullLogger<LostStore>.Instance);
}
