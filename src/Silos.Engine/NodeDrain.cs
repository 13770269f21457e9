using Microsoft.Extensions.Logging;
using Silos.Jobs;

namespace Silos.Engine;

/// <summary>Whether somebody wants this process to take no more runs.</summary>
internal sealed partial class NodeDrain(IQueueStartup queues, TimeProvider clock, ILogger<NodeDrain> logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ILogger<NodeDrain> _logger = logger;

    /// <summary>Gets who wants it and why; null if nobody does.</summary>
    public Pause? Wanted { get; private set; }

    /// <summary>Takes no more runs.</summary>
    public async Task BeginAsync(string by, string? reason, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Wanted is null)
            {
                Wanted = new Pause(by, reason, clock.Now());
                LogDrains(by, reason ?? "no reason given");
                await queues.DrainAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes runs again.</summary>
    public async Task EndAsync(string by, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Wanted is not null)
            {
                await queues.ResumeAsync(cancellationToken);
                Wanted = null;
                LogResumes(by);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    [LoggerMessage(LogLevel.Information, "This process takes no more runs: {By} drains it ({Reason}); what executes goes on")]
    private partial void LogDrains(string by, string reason);

    [LoggerMessage(LogLevel.Information, "This process takes runs again: {By} ended the drain")]
    private partial void LogResumes(string by);
}
