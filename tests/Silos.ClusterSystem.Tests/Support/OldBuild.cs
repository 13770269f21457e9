using System.Diagnostics;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>The test silo on the product as it was at an earlier commit, built in a worktree of git's.</summary>
internal static class OldBuild
{
    /// <summary>
    /// Builds it, unless that was done before, and returns the commit and the assembly to start. The commit is that of
    /// <c>SILOS_TEST_UPGRADE_FROM</c>, else of the latest tag, else the first that had a silo.
    /// </summary>
    public static async Task<(string Commit, string Executable)> MakeAsync(CancellationToken cancellationToken)
    {
        var wanted = Environment.GetEnvironmentVariable("SILOS_TEST_UPGRADE_FROM") is { Length: > 0 } given ? given : await LatestTagAsync(cancellationToken) ?? await FirstAsync(cancellationToken);
        var commit = (await GitAsync(cancellationToken, "rev-parse", "--verify", $"{wanted}^{{commit}}")).Trim()[..12];

        // In the folder that git ignores: what a package source is depends on where a project lies.
        var tree = Path.Combine(Artifacts.Folder, "upgrade", commit);
        var executable = Path.Combine(tree, "artifacts", "bin", "Silos.TestSilo", "release", "Silos.TestSilo.dll");
        if (!File.Exists(executable))
        {
            await GitAsync(cancellationToken, "worktree", "prune");
            if (!Directory.Exists(tree))
            {
                await GitAsync(cancellationToken, "worktree", "add", "--detach", tree, commit);
            }

            // The same handlers as those of today, on the product of then.
            var silo = Directory.CreateDirectory(Path.Combine(tree, "tests", "Silos.TestSilo"));
            foreach (var file in Directory.GetFiles(Path.Combine(Artifacts.Root, "tests", "Silos.TestSilo")))
            {
                File.Copy(file, Path.Combine(silo.FullName, Path.GetFileName(file)), overwrite: true);
            }

            await RunAsync("dotnet", tree, cancellationToken, "build", silo.FullName, "-c", "Release", "-v", "quiet", "--nologo");
        }

        return (commit, executable);
    }

    private static async Task<string?> LatestTagAsync(CancellationToken cancellationToken) =>
        (await GitAsync(cancellationToken, "tag", "--merged", "HEAD^", "--sort=-creatordate")).Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();

    private static async Task<string> FirstAsync(CancellationToken cancellationToken) =>
        (await GitAsync(cancellationToken, "log", "--diff-filter=A", "--format=%H", "--", "src/Silos.Silo/Program.cs"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()
        ?? throw new InvalidOperationException("git's history here has no silo to upgrade from; fetch all of it, or name a commit in SILOS_TEST_UPGRADE_FROM.");

    private static Task<string> GitAsync(CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync("git", Artifacts.Root, cancellationToken, arguments);

    private static async Task<string> RunAsync(string file, string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}\n{await error}");
    }
}
