using System.Text.RegularExpressions;

namespace Silos.Samples.Tests;

/// <summary>Code in a README is code that was compiled: each block is a whole file of ReadmeSamples, or lines of one.</summary>
public sealed partial class ReadmeSampleTests
{
    private static readonly string Root = RepositoryRoot();

    public static TheoryData<string> Readmes =>
        ["README.md", "tests/Silos.Testing/README.md", "src/Silos.Samples/README.md", "src/Silos.Grains/README.md", "src/Silos.Silo/README.md"];

    [Theory, MemberData(nameof(Readmes))]
    public void Every_block_of_code_in_a_readme_is_compiled(string readme)
    {
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(Root, readme)));

        // What needs Orleans is compiled where Orleans is.
        string[] projects = ["Silos.Samples.Tests", "Silos.Cluster.Tests"];
        var compiled = projects.SelectMany(project => Directory.EnumerateFiles(Path.Combine(Root, "tests", project, "ReadmeSamples"), "*.cs"))
            .Select(path => Plain(File.ReadAllText(path))).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.True(
            compiled.Exists(text => text.Contains(Plain(block.Groups["code"].Value), StringComparison.Ordinal)),
            $"{readme} has code that is in no file of ReadmeSamples:\n{block.Groups["code"].Value}"));
    }

    // Not from [CallerFilePath]: a build that maps its paths (ContinuousIntegrationBuild) has none that exist.
    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Silos.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Silos.sln was not found above the tests.");
        }

        return folder.FullName;
    }

    // The README leaves out how far its lines are indented in the file.
    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
