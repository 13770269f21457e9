using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Silos.Grains;

/// <summary>
/// Connects to the cluster behind the app's back: an app starts while no silo is up, stores what it enqueues in the inbox, and is connected
/// when silos are there. Orleans by itself tries a few times and then ends the app.
/// </summary>
/// <param name="orleans">What connects.</param>
/// <param name="options">How long the app's start waits for it.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Says when nobody answers.</param>
internal sealed partial class ClusterConnection(
    IHostedService orleans, IOptions<SilosClientOptions> options, TimeProvider clock, ILogger<ClusterConnection> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger<ClusterConnection> _logger = logger;
    private Task _connecting = Task.CompletedTask;

    /// <summary>Gets whether silos can be called.</summary>
    public bool IsUp { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _connecting = ConnectAsync();
        try
        {
            await _connecting.WaitAsync(options.Value.ConnectTimeout, clock, cancellationToken);
        }
        catch (TimeoutException) when (!_connecting.IsCompleted)
        {
            LogStartsAlone(options.Value.ConnectTimeout);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (IsUp)
        {
            IsUp = false;
            await orleans.StopAsync(cancellationToken);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task ConnectAsync()
    {
        // Off the start's own thread: what is synchronous in it would hold the app up.
        await Task.Run(() => orleans.StartAsync(_stopping.Token), _stopping.Token);
        IsUp = true;
        LogConnected();
    }

    [LoggerMessage(LogLevel.Warning, "No silo has answered within {Timeout}; the app starts without, and what it enqueues goes to the inbox until one does")]
    private partial void LogStartsAlone(TimeSpan timeout);

    [LoggerMessage(LogLevel.Debug, "Connected to the cluster")]
    private partial void LogConnected();
}
