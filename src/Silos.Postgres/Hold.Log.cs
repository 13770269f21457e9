using Microsoft.Extensions.Logging;

namespace Silos.Postgres;

internal sealed partial class Hold
{
    [LoggerMessage(LogLevel.Information, "Schema {Schema} is held by {Holder}; waiting up to {Wait} for it")]
    private partial void LogWaiting(string schema, string holder, TimeSpan wait);

    [LoggerMessage(LogLevel.Debug, "The connection that holds schema {Schema} was lost; nothing is written until it is back")]
    private partial void LogLost(Exception exception, string schema);

    [LoggerMessage(LogLevel.Debug, "Schema {Schema} cannot be held again yet")]
    private partial void LogStillLost(Exception exception, string schema);

    [LoggerMessage(LogLevel.Debug, "Schema {Schema} is held again")]
    private partial void LogRegained(string schema);

    [LoggerMessage(LogLevel.Critical, "Schema {Schema} was taken by another process while the connection was lost: {Holder}; this process writes nothing any more")]
    private partial void LogTaken(string schema, string holder);
}
