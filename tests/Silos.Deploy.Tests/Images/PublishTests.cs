using System.Runtime.InteropServices;
using Silos.Deploy.Tests.Support;

namespace Silos.Deploy.Tests.Images;

/// <summary>
/// Follows the build stages of the Dockerfile without Docker: the same copies into an empty folder, the same commands. The gate restores,
/// which shows that the project files suffice; <c>tests/run.sh --long</c> publishes, too, and starts what came out.
/// </summary>
public sealed class PublishTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("SILOS_TEST_LONG") == "1";

    [Fact]
    public async Task The_standalone_image_is_built_from_what_is_copied_into_it()
    {
        using var folder = new TemporaryFolder();
        var source = Directory.CreateDirectory(Path.Combine(folder.Path, "source")).FullName;
        var app = Path.Combine(folder.Path, "app");
        var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        foreach (var step in Dockerfile.Read().Stage("publish-standalone").Chain())
        {
            if (step.Word == "COPY")
            {
                Copy(step.Text.Split(' '), source);
            }
            else if (step.Word == "RUN" && step.Text.StartsWith(Long ? "dotnet " : "dotnet restore ", StringComparison.Ordinal))
            {
                var words = step.Text.Replace("$TARGETARCH", architecture, StringComparison.Ordinal).Replace(" /app", $" {app}", StringComparison.Ordinal).Split(' ');
                await Command.OutputAsync(source, words[0], words[1..]);
            }
        }

        var assets = Directory.EnumerateFiles(source, "project.assets.json", SearchOption.AllDirectories);
        Assert.Equal(DockerfileTests.Closure("Silos.Standalone").Count, assets.Count());
        if (Long)
        {
            var version = await Command.OutputAsync(folder.Path, Path.Combine(app, "Silos.Standalone"), "--version");
            Assert.Matches(@"^\d+\.\d+\.\d+\s*$", version);
            Assert.Empty(Directory.EnumerateFiles(app, "*.Tests.dll"));
        }
    }

    private static void Copy(string[] words, string source)
    {
        foreach (var path in words[..^1])
        {
            var target = Path.Combine(source, words[^1] == "./" ? string.Empty : words[^1]);
            if (Directory.Exists(Repository.At(path)))
            {
                CopyFolder(Repository.At(path), target);
            }
            else
            {
                Directory.CreateDirectory(target);
                File.Copy(Repository.At(path), Path.Combine(target, Path.GetFileName(path)));
            }
        }
    }

    // As .dockerignore says.
    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        foreach (var folder in Directory.EnumerateDirectories(from).Where(path => Path.GetFileName(path) is not ("bin" or "obj")))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
