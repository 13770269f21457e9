namespace Silos.Cli.Import;

/// <summary>Time zones as other systems name them.</summary>
internal static class ZoneNames
{
    /// <summary>Gets the IANA name of a zone; names of Windows are translated, what is unknown stays for the check to find.</summary>
    public static string? Iana(string? name) => name switch
    {
        null or "" => null,
        "UTC" or "Etc/UTC" or "Coordinated Universal Time" => "UTC",
        _ => TimeZoneInfo.TryConvertWindowsIdToIanaId(name, out var iana) ? iana : name,
    };
}
