using System.Globalization;

namespace Silos.Deploy.Tests.Support;

/// <summary>Reads durations as compose and systemd write them here.</summary>
internal static class Seconds
{
    public static TimeSpan Of(string text) => text.EndsWith('s')
        ? TimeSpan.FromSeconds(int.Parse(text[..^1], CultureInfo.InvariantCulture))
        : throw new FormatException($"'{text}' is not written in seconds.");
}
