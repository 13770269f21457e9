using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>
/// Tells the log once that the store is away, with the cause, at most every half minute that it still is, and once that it is
/// back: thirty-two partitions and every duty notice it at the same time, and each would say so with a stack trace.
/// </summary>
/// <remarks>
/// Whoever asks the store takes a mark before and gives it back with how it went: what was asked before the last change of
/// mind says nothing about now. Stack traces are told at debug.
/// </remarks>
internal sealed partial class StoreWatch(
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock, ILogger<StoreWatch> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly ILogger _logger = logger;
    private DateTimeOffset? _awaySince;
    private DateTimeOffset _toldAt;
    private long _failure;
    private long _return;
    private long _now;

    /// <summary>Takes a mark before the store is asked.</summary>
    public long Mark() => Volatile.Read(ref _now);

    /// <summary>Tells whether an error means that the store did not answer, and not that something is wrong with what was asked.</summary>
    public static bool IsAway(Exception exception) => StoreFailure.IsAway(exception);

    /// <summary>The store did not answer.</summary>
    /// <param name="mark">Taken before it was asked.</param>
    /// <param name="exception">What happened.</param>
    /// <param name="who">Who asked, for the detail at debug.</param>
    public void Failed(long mark, Exception exception, string who)
    {
        LogDetail(exception, who);
        lock (_lock)
        {
            if (mark < _return)
            {
                return;
            }

            var now = clock.GetUtcNow();
            _failure = ++_now;
            if (_awaySince is not { } since)
            {
                _awaySince = now;
                _toldAt = now;
                LogAway(Cause(exception));
            }
            else if (now - _toldAt >= Quiet || now < _toldAt)
            {
                _toldAt = now;
                LogStillAway((long)(now - since).TotalSeconds, Cause(exception));
            }
        }
    }

    /// <summary>The store answered.</summary>
    /// <param name="mark">Taken before it was asked.</param>
    public void Worked(long mark)
    {
        lock (_lock)
        {
            if (_awaySince is not { } since || mark < _failure)
            {
                return;
            }

            _awaySince = null;
            _return = ++_now;
            LogBack((long)(clock.GetUtcNow() - since).TotalSeconds);
        }
    }

    // The innermost error says what happened; those around it who was told.
    private static string Cause(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
    }

    [LoggerMessage(LogLevel.Warning, "The store is away ({Cause}); what is due and what has ended is kept and written when it is back")]
    private partial void LogAway(string cause);

    [LoggerMessage(LogLevel.Warning, "The store is still away, for {Seconds} s now ({Cause})")]
    private partial void LogStillAway(long seconds, string cause);

    [LoggerMessage(LogLevel.Information, "The store is back after {Seconds} s")]
    private partial void LogBack(long seconds);

    [LoggerMessage(LogLevel.Debug, "The store did not answer {Who}")]
    private partial void LogDetail(Exception exception, string who);
}
