using Microsoft.Extensions.Logging;
using Silos.Testing;

namespace Silos.Engine.Tests;

/// <summary>A store that goes away is told once, and not by everybody who notices.</summary>
public sealed class StoreWatchTests : ILogger<StoreWatch>
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _lines = [];
    private readonly StoreWatch _watch;

    public StoreWatchTests() => _watch = new StoreWatch(_clock, this);

    [Fact]
    public void An_outage_is_one_line_one_every_half_minute_and_one_when_it_is_over()
    {
        var away = new UnavailableException("Nothing is written.", new IOException("Connection refused\nby the peer."));
        for (var second = 0; second < 70; second++)
        {
            for (var partition = 0; partition < 32; partition++)
            {
                _watch.Failed(_watch.Mark(), away, "a partition");
            }

            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        var mark = _watch.Mark();
        _watch.Worked(mark);
        _watch.Worked(mark);
        Assert.Equal(
            [
                "Warning The store is away (IOException: Connection refused by the peer); what is due and what has ended is kept and written when it is back",
                "Warning The store is still away, for 30 s now (IOException: Connection refused by the peer)",
                "Warning The store is still away, for 60 s now (IOException: Connection refused by the peer)",
                "Information The store is back after 70 s",
            ],
            _lines);
    }

    [Fact]
    public void What_was_asked_before_the_last_change_says_nothing_about_now()
    {
        var early = _watch.Mark();
        _watch.Failed(_watch.Mark(), new IOException("gone"), "one");
        _watch.Worked(early);
        Assert.Single(_lines);

        var late = _watch.Mark();
        _watch.Worked(late);
        _watch.Failed(late, new IOException("gone"), "one that was slow to notice");
        Assert.Equal(2, _lines.Count);
    }

    [Fact]
    public void A_mistake_in_what_was_asked_is_no_outage() =>
        Assert.False(StoreWatch.IsAway(new InvalidOperationException("a defect")));

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Assert.Null(exception);
        _lines.Add($"{logLevel} {formatter(state, exception)}");
    }
}
