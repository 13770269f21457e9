using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Cluster.Time;
using Silos.Engine;
using Silos.Testing;

namespace Silos.Cluster.Tests.Time;

public sealed class ClockKeeperTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _machine = new();
    private readonly SlewedClock _clock;
    private readonly ClockKeeper _keeper;
    private readonly Lines _log = new();
    private TimeSpan _serverAhead;
    private int _asked;

    public ClockKeeperTests()
    {
        _clock = new SlewedClock(_machine);
        var born = _machine.GetUtcNow();
        var store = new ServerClock(() =>
        {
            _asked++;
            return born + _machine.GetElapsedTime(0) + _serverAhead;
        });
        _keeper = new ClockKeeper(
            _clock, store, EngineScheduler.Default, new StoreWatch(_clock, NullLogger<StoreWatch>.Instance), _log);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task At_the_start_the_servers_time_is_taken_at_once_and_a_wrong_machine_is_told_once()
    {
        var truth = _machine.GetUtcNow();
        _machine.SetUtcNow(truth.AddMinutes(-10));

        await _keeper.SetAsync(Cancelled);
        await _keeper.RunOnceAsync(Cancelled);

        Assert.Equal(truth, _clock.GetUtcNow());
        Assert.Contains("600 s behind the database's", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_clock_jumps_is_followed_slowly_back_and_at_once_ahead()
    {
        await _keeper.SetAsync(Cancelled);
        var start = _clock.GetUtcNow();

        _serverAhead = TimeSpan.FromMinutes(-10);
        await _keeper.RunOnceAsync(Cancelled);
        Assert.Equal(start, _clock.GetUtcNow());
        _machine.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(start.AddSeconds(95), _clock.GetUtcNow());

        _serverAhead = TimeSpan.FromMinutes(10);
        await _keeper.RunOnceAsync(Cancelled);
        Assert.Equal(start.AddSeconds(100).AddMinutes(10), _clock.GetUtcNow());
        Assert.Contains(_log.Warnings, line => line.Contains("as after a machine has slept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_look_takes_several_readings() =>
        Assert.Equal(5, await CountAsync());

    public async ValueTask DisposeAsync()
    {
        await _keeper.StopAsync();
        _keeper.Dispose();
    }

    private async Task<int> CountAsync()
    {
        await _keeper.RunOnceAsync(Cancelled);
        return _asked;
    }

    private sealed class Lines : ILogger<ClockKeeper>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
