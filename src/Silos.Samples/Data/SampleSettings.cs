using System.Globalization;

namespace Silos.Samples.Data;

/// <summary>The samples' settings, read once at start from the names that the described systems use.</summary>
internal sealed record SampleSettings
{
    /// <summary>Gets where the samples keep their tables (<c>SAMPLES_DB</c>). Default: <c>samples-data.db</c>.</summary>
    public string Database { get; init; } = "samples-data.db";

    /// <summary>Gets where uploads lie (<c>UPLOADS_PATH</c>). Default: <c>static/uploads</c>.</summary>
    public string Uploads { get; init; } = Path.Combine("static", "uploads");

    /// <summary>Gets where archives are written (<c>EXPORTS_PATH</c>). Default: <c>exports</c>.</summary>
    public string Exports { get; init; } = "exports";

    /// <summary>Gets the address of the site, by which absolute links to own uploads are known (<c>SITE_URL</c>). Default: none; then every absolute link counts as one.</summary>
    public string? SiteUrl { get; init; }

    /// <summary>Gets how many records a sync reads at once (<c>CANVAS_SYNC_BATCH_SIZE</c>), 1 to 10,000. Default: 100.</summary>
    public int CanvasBatchSize { get; init; } = 100;

    /// <summary>Gets whether a sync only counts what it would write (<c>CANVAS_SYNC_DRY_RUN</c>). Default: false.</summary>
    public bool CanvasDryRun { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A value does not fit; the message names it and says what would.</exception>
    public static SampleSettings Read(IConfiguration configuration)
    {
        var defaults = new SampleSettings();
        return defaults with
        {
            Database = Text(configuration, "SAMPLES_DB") ?? defaults.Database,
            Uploads = Text(configuration, "UPLOADS_PATH") ?? defaults.Uploads,
            Exports = Text(configuration, "EXPORTS_PATH") ?? defaults.Exports,
            SiteUrl = Site(Text(configuration, "SITE_URL")),
            CanvasBatchSize = Number(Text(configuration, "CANVAS_SYNC_BATCH_SIZE"), defaults.CanvasBatchSize),
            CanvasDryRun = Flag(Text(configuration, "CANVAS_SYNC_DRY_RUN")),
        };
    }

    private static string? Text(IConfiguration configuration, string name) =>
        string.IsNullOrWhiteSpace(configuration[name]) ? null : configuration[name];

    private static int Number(string? text, int fallback) => text is null
        ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 10_000
            ? number
            : throw new StartupException($"CANVAS_SYNC_BATCH_SIZE '{text}' must be a whole number from 1 to 10000.");

    private static bool Flag(string? text) => text is not null && (text is "1" or "0"
        ? text == "1"
        : bool.TryParse(text, out var flag) ? flag : throw new StartupException($"CANVAS_SYNC_DRY_RUN '{text}' must be true or false."));

    private static string? Site(string? text) => text is null
        ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
            ? text.TrimEnd('/')
            : throw new StartupException($"SITE_URL '{text}' must be an address such as https://example.org.");
}
