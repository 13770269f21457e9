using Microsoft.Playwright;

namespace Silos.Browser.Tests.Support;

/// <summary>Debian's Chromium, or the one that <c>SILOS_TEST_CHROMIUM</c> names.</summary>
internal static class Chromium
{
    private const string Setting = "SILOS_TEST_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Find(),

        // As root, and in containers without a large /dev/shm, it starts in no other way.
        Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    });

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } named)
        {
            return named;
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':')
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"There is no Chromium here. Install it (apt-get install chromium), or name one with {Setting}.");
    }
}
