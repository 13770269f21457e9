using System.Security.Cryptography;

namespace Silos.Deploy.Tests.Support;

/// <summary>Runs <c>lint/lint.mjs</c>, whose packages are installed once, in the versions of its lock file, below <c>artifacts/</c>.</summary>
internal static class ManifestLint
{
    private const string Source = "tests/Silos.Deploy.Tests/lint";
    private static readonly Dictionary<string, string> EmptyEnvironment = [];

    public static async Task<(bool Fine, string Text)> CheckAsync(params string[] files)
    {
        var tool = await InstalledAsync();
        var (code, output, error) = await Command.RunAsync(tool, EmptyEnvironment, "node", ["lint.mjs", .. files]);
        return (code == 0, output + error);
    }

    private static async Task<string> InstalledAsync()
    {
        var parent = Repository.At("artifacts/manifest-lint");
        var text = string.Concat(Directory.EnumerateFiles(Repository.At(Source)).Order(StringComparer.Ordinal).Select(File.ReadAllText));
        var folder = Path.Combine(parent, Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..16]);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        // Beside it and then moved, so that an installation that was broken off is not taken for one.
        var work = Path.Combine(parent, $"work-{Environment.ProcessId}");
        Repository.Copy(Repository.At(Source), work);
        await Command.OutputAsync(work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        Directory.Move(work, folder);
        return folder;
    }
}
