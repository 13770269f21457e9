using Silos.Engine.Workers;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Stopping without losing anything.</summary>
internal sealed partial class InProcessQueueHost
{
    /// <inheritdoc/>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        // There is nobody to hand partitions over to: what waits, waits here.
        _services.Draining = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (_stopping)
        {
            throw new ConflictException("This process is stopping.", "stopping");
        }

        _services.Draining = false;
        if (_owns && _started)
        {
            Array.ForEach(_partitions, static partition => partition.Tell(News.Workers));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started || _stopped)
        {
            return;
        }

        _stopping = true;
        _services.Draining = true;
        if (_owns)
        {
            await _inbox.StopAsync();
            await DrainAsync(_services.Options.DrainTimeout, cancellationToken);
            await HandBackAsync(cancellationToken);
            await _leases.StopAsync();
            await ReleaseAsync(cancellationToken);
        }

        _stopped = true;
        await _settings.StopAsync();
        foreach (var partition in _partitions)
        {
            partition.Dispose();
        }
    }

    private async Task DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = _services.Clock.GetTimestamp();
        while (_partitions.Any(partition => partition.LiveCount > 0)
            && !cancellationToken.IsCancellationRequested
            && _services.Clock.GetElapsedTime(began) < patience)
        {
            await RestAsync(cancellationToken);
        }

        await SettleAsync(patience - _services.Clock.GetElapsedTime(began), cancellationToken);
    }

    private async Task HandBackAsync(CancellationToken cancellationToken)
    {
        List<ILentRun> rest = [.. _partitions.SelectMany(partition => partition.Attempts())];
        if (rest.Count == 0)
        {
            return;
        }

        LogHandsBack(rest.Count);
        foreach (var attempt in rest)
        {
            attempt.RequestStop(StopReason.ProcessStopping, request: null);
        }

        await DrainAsync(_services.Options.CancelGrace, cancellationToken);
        foreach (var attempt in _partitions.SelectMany(partition => partition.Attempts()))
        {
            attempt.Abandon();
        }

        // Even if the host has no patience left: what is not written now would burn a loss at the next start.
        await SettleAsync(_services.Options.CancelGrace, CancellationToken.None);
    }

    /// <summary>Waits until the outcomes so far are stored; not for ever, because the store may be away.</summary>
    private async Task SettleAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var least = TimeSpan.FromSeconds(1);
        var began = _services.Clock.GetTimestamp();
        while (!Array.TrueForAll(_partitions, partition => partition.IsQuiet)
            && !cancellationToken.IsCancellationRequested
            && _services.Clock.GetElapsedTime(began) < (patience > least ? patience : least))
        {
            await RestAsync(cancellationToken);
        }
    }

    private async Task RestAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(DrainLook, _services.Clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // No more patience: what is left is handed back now.
            return;
        }
    }

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        List<PartitionEpoch> owners = [.. _partitions.Select(partition => partition.Owner).Where(owner => owner.Epoch > 0)];
        try
        {
            await _services.Store.Runs.ReleaseAsync(owners, cancellationToken);
        }
        catch (Exception exception)
        {
            LogNotReleased(exception);
        }
    }
}
