using System.Diagnostics.CodeAnalysis;

namespace Silos.Schedules;

/// <summary>Finds zones by the names that people write.</summary>
public static class TimeZones
{
    private const string Local = "local";

    /// <summary>Finds a zone by its IANA id (<c>Europe/Dublin</c>, <c>UTC</c>), or the machine's by <c>local</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="zone">The zone.</param>
    public static bool TryFind([NotNullWhen(true)] string? name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        if (string.IsNullOrWhiteSpace(name))
        {
            return false;
        }

        if (name.Equals(Local, StringComparison.OrdinalIgnoreCase))
        {
            zone = TimeZoneInfo.Local;
            return true;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }

    /// <summary>Says what is wrong with a name that <see cref="TryFind"/> does not know, and what would be right.</summary>
    /// <param name="name">The name.</param>
    public static string Unknown(string? name) =>
        $"the time zone '{name}' is unknown; write an IANA id like Europe/Dublin or UTC, or 'local' for the machine's zone.";
}
