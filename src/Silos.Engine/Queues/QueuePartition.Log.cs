using Microsoft.Extensions.Logging;
using Silos.Runs;

namespace Silos.Engine.Queues;

internal sealed partial class QueuePartition
{
    [LoggerMessage(LogLevel.Debug, "Partition {Partition} is owned under epoch {Epoch}; {Open} attempts were open")]
    private partial void LogOpened(int partition, long epoch, int open);

    [LoggerMessage(LogLevel.Information, "Partition {Partition} is taken from {Owner}, which is gone, before its lease is over")]
    private partial void LogTakenFromTheDead(int partition, string owner);

    [LoggerMessage(LogLevel.Warning, "Partition {Partition} cannot be opened; it is tried again")]
    private partial void LogAway(Exception exception, int partition);

    [LoggerMessage(LogLevel.Warning, "Partition {Partition} is given up and opened again, because it is unknown whether the last write happened")]
    private partial void LogStepDown(Exception exception, int partition);

    [LoggerMessage(LogLevel.Error, "Partition {Partition} was taken over by another process; its attempts here are cancelled")]
    private partial void LogOwnershipLost(int partition);

    [LoggerMessage(LogLevel.Warning, "Partition {Partition}: {Runs} runs were executing when their process vanished; they wait again")]
    private partial void LogLost(int partition, int runs);

    [LoggerMessage(LogLevel.Warning, "The outcome of run {Run} was refused, because the attempt does not count any more")]
    private partial void LogRefused(RunId run);

    [LoggerMessage(LogLevel.Error, "The outcome of run {Run} cannot be stored; it is recorded without its result and error text")]
    private partial void LogUnstorable(RunId run);

    [LoggerMessage(LogLevel.Debug, "Run {Run} of handler {Handler} ended as {State} after {Duration} ms")]
    private partial void LogEnded(RunId run, string handler, RunState state, long duration);
}
