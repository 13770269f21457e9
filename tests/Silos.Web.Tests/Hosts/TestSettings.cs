namespace Silos.Web.Tests.Hosts;

/// <summary>What every host of the suite is configured with.</summary>
public static class TestSettings
{
    /// <summary>The largest payload in bytes.</summary>
    public const int MaxPayloadBytes = 2_000;

    /// <summary>The largest batch in bytes.</summary>
    public const int MaxBatchBytes = 200_000;

    public static IReadOnlyDictionary<string, string?> All { get; } = new Dictionary<string, string?>
    {
        ["Silos:Examples"] = "false",
        ["Silos:MaxPayloadBytes"] = $"{MaxPayloadBytes}",
        ["Silos:MaxBatchBytes"] = $"{MaxBatchBytes}",
        ["Silos:DrainTimeout"] = "0s",
        ["Silos:CancelGrace"] = "1s",
        ["Logging:LogLevel:Default"] = "None",
        ["Logging:LogLevel:Microsoft"] = "None",
        ["Logging:LogLevel:System"] = "None",
    };
}
