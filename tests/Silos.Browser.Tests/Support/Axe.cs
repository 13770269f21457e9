using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Silos.Browser.Tests.Support;

/// <summary>axe-core, which finds what keeps people from using a page; installed once, in the version of its lock file, below <c>artifacts/</c>.</summary>
internal static class Axe
{
    private const string Skippable = "SILOS_TEST_SKIP_AXE";
    private const string Source = "tests/Silos.Browser.Tests/axe";

    private static readonly Lazy<Task<string?>> Script = new(ReadAsync);

    /// <summary>Finds the violations of WCAG 2.2, levels A and AA, on a page: a line each. Where axe cannot be had that is a failure, unless the environment says that it may be skipped.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(IPage page)
    {
        if (await Script.Value is not { } script)
        {
            return [];
        }

        // The page's policy lets no script in; the browser's own door does.
        await page.EvaluateAsync(script);
        var json = await page.EvaluateAsync<string>(
            """
            async () => {
              const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] });
              return JSON.stringify(found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${v.help}: ${n.html.slice(0, 200)} ${n.failureSummary}`)));
            }
            """);
        return JsonSerializer.Deserialize<string[]>(json)!;
    }

    private static async Task<string?> ReadAsync()
    {
        try
        {
            return await File.ReadAllTextAsync(Path.Combine(await InstalledAsync(), "node_modules/axe-core/axe.min.js"));
        }
        catch (Exception exception) when (Environment.GetEnvironmentVariable(Skippable) is not (null or "" or "0"))
        {
            Console.Error.WriteLine($"!! THE PAGES ARE NOT CHECKED FOR ACCESSIBILITY: axe-core could not be installed with npm ({exception.Message}), and {Skippable} lets that pass.");
            return null;
        }
    }

    private static async Task<string> InstalledAsync()
    {
        var source = Path.Combine(Root(), Source);
        var text = string.Concat(Directory.EnumerateFiles(source).Order(StringComparer.Ordinal).Select(File.ReadAllText));
        var parent = Path.Combine(Root(), "artifacts/axe");
        var folder = Path.Combine(parent, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        // Beside it and then moved, so that an installation that was broken off is not taken for one.
        var work = Path.Combine(parent, $"work-{Environment.ProcessId}");
        Directory.CreateDirectory(work);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(work, Path.GetFileName(file)), overwrite: true);
        }

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = work,
            RedirectStandardError = true,
        })!;
        var error = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ended with {npm.ExitCode}: {error.Trim()}");
        }

        Directory.Move(work, folder);
        return folder;
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Silos.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Silos.sln was not found above the tests.");
    }
}
