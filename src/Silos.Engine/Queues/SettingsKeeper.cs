using Microsoft.Extensions.Logging;

namespace Silos.Engine.Queues;

/// <summary>Reads the settings of queues and the pauses again when they change, and makes the partitions of this process obey them.</summary>
internal sealed partial class SettingsKeeper(PartitionServices services, PartitionSet partitions, ILogger<SettingsKeeper> logger)
{
    private readonly Lock _lock = new();
    private readonly ILogger<SettingsKeeper> _logger = logger;
    private Task _reading = Task.CompletedTask;
    private TaskCompletionSource? _obeyed;
    private bool _reads;
    private bool _stopped;

    /// <summary>Reads them before anything starts.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken) =>
        services.Settings = await SettingsSnapshot.ReadAsync(services.Store.Settings, cancellationToken);

    /// <summary>Says that they changed in the store. Completes when every partition of this process obeys them.</summary>
    public Task ChangedAsync()
    {
        lock (_lock)
        {
            // One reader at a time; what changes while it reads is read again.
            var obeyed = _obeyed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_reads)
            {
                _reads = true;
                _reading = services.Scheduler.Run(ReadAsync);
            }

            return obeyed.Task;
        }
    }

    /// <summary>Stops trying to read them.</summary>
    public Task StopAsync()
    {
        Volatile.Write(ref _stopped, true);
        return _reading;
    }

    /// <summary>Stops without waiting.</summary>
    public void Stop() => Volatile.Write(ref _stopped, true);

    private async Task ReadAsync()
    {
        while (Next() is { } obeyed)
        {
            try
            {
                await ObeyAsync();
            }
            finally
            {
                obeyed.TrySetResult();
            }
        }
    }

    private TaskCompletionSource? Next()
    {
        lock (_lock)
        {
            var obeyed = _obeyed;
            _obeyed = null;
            _reads = obeyed is not null;
            return obeyed;
        }
    }

    private async Task ObeyAsync()
    {
        while (!Volatile.Read(ref _stopped))
        {
            var mark = services.Watch.Mark();
            try
            {
                await LoadAsync(CancellationToken.None);
                break;
            }
            catch (Exception exception) when (!Volatile.Read(ref _stopped))
            {
                // A pause that is not heard of would be broken, so this does not give up.
                if (StoreWatch.IsAway(exception))
                {
                    services.Watch.Failed(mark, exception, "the reader of settings");
                }
                else
                {
                    LogAway(exception);
                }

                await Task.Delay(TimeSpan.FromSeconds(1), services.Clock);
            }
        }

        // One after the other: Task.WhenAll would go on outside the engine's scheduler.
        foreach (var obeyed in Array.ConvertAll(partitions.All, partition => partition.SettingsChangedAsync()))
        {
            await obeyed;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The settings of queues could not be read; it is tried again")]
    private partial void LogAway(Exception exception);
}
