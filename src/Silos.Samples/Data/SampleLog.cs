namespace Silos.Samples.Data;

/// <summary>What the samples tell.</summary>
internal static partial class SampleLog
{
    [LoggerMessage(1, LogLevel.Information, "{Count} {What}")]
    public static partial void Done(ILogger logger, int count, string what);

    [LoggerMessage(2, LogLevel.Information, "{Count} {What}, {Failed} failed")]
    public static partial void DoneWithFailures(ILogger logger, int count, string what, int failed);

    [LoggerMessage(3, LogLevel.Information, "Dry run: {Count} {What} would be written")]
    public static partial void WouldWrite(ILogger logger, int count, string what);

    [LoggerMessage(4, LogLevel.Warning, "Client {Client}: balance {Balance} corrected to {Actual} (cents)")]
    public static partial void BalanceCorrected(ILogger logger, long client, long balance, long actual);

    [LoggerMessage(5, LogLevel.Information, "Deleted {File}: no block refers to it")]
    public static partial void FileDeleted(ILogger logger, string file);
}
