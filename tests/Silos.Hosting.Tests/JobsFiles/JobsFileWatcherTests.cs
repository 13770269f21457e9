using Microsoft.Extensions.Logging.Abstractions;

namespace Silos.Hosting.Tests.JobsFiles;

public sealed class JobsFileWatcherTests : IAsyncLifetime
{
    private const string A = "jobs: [{name: a, handler: work}]";
    private const string B = "jobs: [{name: b, handler: work}]";

    private readonly JobsFileFixture _fixture = new();
    private readonly ManualClock _clock = new();
    private JobsFileWatcher _watcher = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _watcher = new JobsFileWatcher(
            _fixture.Reloader, _fixture.Locator, _fixture.Settings, _clock, NullLogger<JobsFileWatcher>.Instance, notify: false);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _watcher.StopAsync(CancellationToken.None);
        _watcher.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task A_change_is_found_by_looking_even_if_nobody_tells()
    {
        _fixture.Write(A);
        await _watcher.ApplyAsync(Cancelled);
        await _watcher.StartAsync(Cancelled);
        await _clock.UntilSomebodyWaitsAsync();
        _fixture.Swap(B);

        _clock.Advance(TimeSpan.FromSeconds(2));
        await SettleAsync();

        Assert.Equal(["b"], _fixture.Recorded.Jobs);
    }

    [Fact]
    public async Task A_file_is_taken_over_once_it_has_stopped_changing()
    {
        _fixture.Write(A);
        await _watcher.ApplyAsync(Cancelled);
        await _watcher.StartAsync(Cancelled);
        await _clock.UntilSomebodyWaitsAsync();
        _fixture.Write("jobs: [{name: b, han");
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _clock.UntilSomebodyWaitsAsync();
        _fixture.Write(B);
        await SettleAsync();
        Assert.Equal(["a"], _fixture.Recorded.Jobs);

        await SettleAsync();

        Assert.Equal(["b"], _fixture.Recorded.Jobs);
        Assert.DoesNotContain(_fixture.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    // The loop waits for the clock again when it has done its work.
    private async Task SettleAsync()
    {
        await _clock.UntilSomebodyWaitsAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        await _clock.UntilSomebodyWaitsAsync();
    }
}
