using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Engine;

namespace Silos.Hosting;

/// <summary>Applies the jobs file at start and again whenever it changes.</summary>
/// <remarks>
/// The file system's notifications make it quick, looking regularly makes it certain. Either way a file is taken over only
/// once it has stopped changing, because editors write in several steps.
/// </remarks>
internal sealed partial class JobsFileWatcher(
    JobsFileReloader reloader,
    JobsFileLocator locator,
    IOptions<HostSettings> settings,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    ILogger<JobsFileWatcher> logger,
    bool notify = true) : IJobSource, IHostedService, IDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private FileSystemWatcher? _watcher;
    private bool _applied;
    private Task _watching = Task.CompletedTask;

    /// <inheritdoc/>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await reloader.LoadAsync(cancellationToken);
        _applied = true;
    }

    /// <summary>Begins to watch, if this process is one that applies jobs at all.</summary>
    /// <param name="cancellationToken">Not used: nothing is waited for.</param>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_applied)
        {
            return Task.CompletedTask;
        }

        _watcher = notify ? Notifications() : null;
        _watching = WatchAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _watching.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watcher?.Dispose();
        _stopping.Dispose();
        _changed.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await NextLookAsync(cancellationToken);
                await reloader.CheckAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it is, the next look must happen.
                LogFailed(logger, exception);
            }
        }
    }

    private async Task NextLookAsync(CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tick = Task.Delay(settings.Value.JobsFileInterval, clock, wait.Token);
        var change = _changed.WaitAsync(wait.Token);
        await Task.WhenAny(tick, change);
        await wait.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();

        var before = await reloader.SnapshotAsync(cancellationToken);
        while (reloader.IsNews(before))
        {
            await Task.Delay(Settling, clock, cancellationToken);
            var after = await reloader.SnapshotAsync(cancellationToken);
            if (after.IsSameAs(before))
            {
                return;
            }

            before = after;
        }
    }

    private FileSystemWatcher? Notifications()
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(locator.Directory);
            foreach (var name in locator.FileNames)
            {
                watcher.Filters.Add(name);
            }

            watcher.Changed += (_, _) => Wake();
            watcher.Created += (_, _) => Wake();
            watcher.Renamed += (_, _) => Wake();
            watcher.Deleted += (_, _) => Wake();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No such directory, or the machine's notifications are used up: looking regularly remains.
            watcher?.Dispose();
            LogNoNotifications(logger, settings.Value.JobsFileInterval, exception.Message);
            return null;
        }
    }

    private void Wake()
    {
        try
        {
            _changed.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or gone.
            return;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The file system does not tell about changes of the jobs file ({Error}); it is looked at every {Interval}")]
    private static partial void LogNoNotifications(ILogger logger, TimeSpan interval, string error);

    [LoggerMessage(2, LogLevel.Error, "Looking at the jobs file failed; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
