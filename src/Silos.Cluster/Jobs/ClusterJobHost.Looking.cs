using System.Collections.Concurrent;
using Silos.Engine.Jobs;
using Silos.Jobs;

namespace Silos.Cluster.Jobs;

/// <summary>The loop that looks for jobs that nobody woke: every few seconds, when silos come or go, and when runs end.</summary>
internal sealed partial class ClusterJobHost
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Bell _bell = new(services.Clock);
    private readonly ConcurrentDictionary<JobKey, bool> _finished = new();
    private Task _loop = Task.CompletedTask;
    private Task _watch = Task.CompletedTask;
    private DateTimeOffset _sweptAt = DateTimeOffset.MinValue;
    private volatile bool _membersChanged;
    private volatile bool _look;

    /// <inheritdoc/>
    public void OnRunFinished(JobKey job)
    {
        _finished.TryAdd(job, true);
        _bell.Ring();
    }

    /// <inheritdoc/>
    public void HintDue(JobKey job, DateTimeOffset at) => OnRunFinished(job);

    /// <summary>Looks for what is overdue now rather than at the next sweep.</summary>
    public void Look()
    {
        _look = true;
        _bell.Ring();
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsScheduler)
        {
            return;
        }

        foreach (var tenant in pauses.Unfinished())
        {
            await due.RearmAsync(tenant, cancellationToken);
        }

        _membersChanged = true;
        scheduling.IsRunning = true;
        _watch = scheduler.Run(WatchAsync);
        _loop = scheduler.Run(LoopAsync);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        scheduling.IsRunning = false;
        await _stopping.CancelAsync();
        _bell.Ring();
        await Task.WhenAll(_loop, _watch, alarms.StopAsync()).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _bell.Dispose();
    }

    private async Task WatchAsync()
    {
        var known = nodes.Active();
        try
        {
            await foreach (var _ in nodes.Changes.WithCancellation(_stopping.Token))
            {
                var active = nodes.Active();
                if (!active.ToHashSet().SetEquals(known))
                {
                    known = active;
                    _membersChanged = true;
                    _bell.Ring();
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task LoopAsync()
    {
        var backOff = FirstBackOff;
        while (!_stopping.IsCancellationRequested)
        {
            TimeSpan sleep;
            try
            {
                await LookAsync(_stopping.Token);
                var next = _sweptAt + options.Value.SweepInterval - services.Now;
                sleep = next > options.Value.SweepInterval ? options.Value.SweepInterval : next;
                backOff = FirstBackOff;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The store is away: what is due stays due, and is decided when it answers again.
                JobLog.SweepFailed(logger, backOff, exception);
                _look = true;
                sleep = backOff;
                backOff = backOff * 2 < options.Value.SweepInterval ? backOff * 2 : options.Value.SweepInterval;
            }

            await _bell.WaitAsync(sleep);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var finished = _finished.Keys;
        if (finished.Count > 0)
        {
            // Taken out before they are read: one that ends meanwhile is looked at again.
            foreach (var key in finished)
            {
                _finished.TryRemove(key, out _);
            }

            await sweep.WakeFinishedAsync([.. finished], cancellationToken);
        }

        if (_membersChanged)
        {
            _membersChanged = false;
            _look = true;
            await sweep.ArmNextAsync(cancellationToken);
        }

        var now = services.Now;
        if (_look || now >= _sweptAt + options.Value.SweepInterval || now < _sweptAt)
        {
            var alone = !_look;
            _look = false;
            _sweptAt = now;
            await pauses.ReloadAsync(cancellationToken);
            await sweep.WakeOverdueAsync(alone, cancellationToken);
        }
    }
}
