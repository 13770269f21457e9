using Microsoft.Extensions.Logging;

namespace Silos.Grains;

/// <summary>Calls grains: waits a bounded time, tries again where that is safe, and says in our words when nobody answered.</summary>
internal sealed partial class GrainCalls(SilosClientOptions options, Func<bool> connected, TimeProvider clock, ILogger logger)
{
    /// <summary>How long a call may take whose work grows with what is asked: the same as its response timeout.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Calls a grain method that may be repeated.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="isLong">Whether the work grows with what is asked.</param>
    /// <exception cref="UnavailableException">No silo answered, or all that did cannot serve.</exception>
    public Task<TReply> RepeatAsync<TReply>(
        Func<CancellationToken, Task<TReply>> call, CancellationToken cancellationToken, bool isLong = false)
        where TReply : Reply => RepeatAsync((_, token) => call(token), cancellationToken, isLong);

    /// <inheritdoc cref="RepeatAsync{TReply}(Func{CancellationToken, Task{TReply}}, CancellationToken, bool)"/>
    /// <param name="call">The call; it is told whether it was made before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="isLong">Whether the work grows with what is asked.</param>
    public async Task<TReply> RepeatAsync<TReply>(
        Func<bool, CancellationToken, Task<TReply>> call, CancellationToken cancellationToken, bool isLong = false)
        where TReply : Reply
    {
        var delay = options.RetryDelay;
        for (var tries = 1; ; tries++)
        {
            Exception? failure = null;
            var again = tries > 1;
            try
            {
                var reply = await TryAsync(token => call(again, token), isLong ? Patience : options.TryTimeout, cancellationToken);
                if (reply.Error is not { Kind: ReplyErrorKind.Unavailable } error || tries >= options.Tries)
                {
                    return reply;
                }

                LogRefused(tries, options.Tries, error.Message);
            }
            catch (Exception exception) when (IsAway(exception) && !cancellationToken.IsCancellationRequested)
            {
                failure = exception;
                LogUnanswered(tries, options.Tries, exception.Message);
            }

            if (failure is not null && tries >= options.Tries)
            {
                throw NoAnswer(failure);
            }

            await Task.Delay(delay, clock, cancellationToken);
            delay *= 2;
        }
    }

    /// <summary>Calls a grain method once, because repeating it would do its work twice.</summary>
    /// <exception cref="UnavailableException">No silo answered: nothing is known about what was asked.</exception>
    public async Task<TReply> OnceAsync<TReply>(Func<CancellationToken, Task<TReply>> call, CancellationToken cancellationToken)
        where TReply : Reply
    {
        try
        {
            return await TryAsync(call, Patience, cancellationToken);
        }
        catch (Exception exception) when (IsAway(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw NoAnswer(exception);
        }
    }

    private async Task<TReply> TryAsync<TReply>(
        Func<CancellationToken, Task<TReply>> call, TimeSpan longest, CancellationToken cancellationToken)
    {
        if (!connected())
        {
            throw new TimeoutException("no silo has been reached yet");
        }

        using var patience = new CancellationTokenSource(longest, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await call(linked.Token).WaitAsync(linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {longest}");
        }
    }

    /// <summary>Whether nobody answered, so that it is not known whether the call arrived.</summary>
    private static bool IsAway(Exception exception) =>
        exception is TimeoutException or Orleans.Runtime.OrleansException or System.Net.Sockets.SocketException;

    private static UnavailableException NoAnswer(Exception inner) =>
        new("No silo answered, so nothing is known about what was asked. Check that silos run and can be reached, then try again.", inner);

    [LoggerMessage(LogLevel.Debug, "Try {Try} of {Tries}: no silo answered: {Problem}")]
    private partial void LogUnanswered(int @try, int tries, string problem);

    [LoggerMessage(LogLevel.Debug, "Try {Try} of {Tries}: the silo cannot serve: {Problem}")]
    private partial void LogRefused(int @try, int tries, string problem);
}
