using Microsoft.Extensions.Logging;

namespace Silos.Grains;

/// <summary>Lets the client try to connect until it succeeds or the app ends.</summary>
internal sealed partial class PatientConnecting(TimeProvider clock, ILogger<PatientConnecting> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How many tries pass between two complaints.</summary>
    private const int Quiet = 30;

    private readonly ILogger<PatientConnecting> _logger = logger;
    private int _tries;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (_tries++ % Quiet == 0)
        {
            LogNobody(exception.Message);
        }

        await Task.Delay(Pause, clock, cancellationToken);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "No silo can be reached ({Problem}); it is tried every second")]
    private partial void LogNobody(string problem);
}
