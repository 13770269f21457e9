namespace Silos.Browser.Tests.Support;

/// <summary>How somebody looks at the dashboard.</summary>
/// <param name="Name">What it is called in the names of screenshots.</param>
/// <param name="Width">The width of the window.</param>
/// <param name="Height">The height of the window.</param>
/// <param name="Dark">Whether the system is dark.</param>
internal sealed record Look(string Name, int Width, int Height, bool Dark)
{
    public static Look Light { get; } = new("light", 1280, 900, false);

    public static Look Dark1280 { get; } = new("dark", 1280, 900, true);

    public static Look Phone { get; } = new("phone", 360, 740, false);

    public static IReadOnlyList<Look> All { get; } = [Light, Dark1280, Phone];
}
