using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Silos.Samples.Tests;

/// <summary>Code in a README is code that was compiled: each block is a whole file of ReadmeSamples, or lines of one.</summary>
public sealed partial class ReadmeSampleTests
{
    private static readonly string Here = Path.GetDirectoryName(File())!;

    public static TheoryData<string> Readmes => ["../Silos.Testing/README.md", "../../src/Silos.Samples/README.md"];

    [Theory, MemberData(nameof(Readmes))]
    public void Every_block_of_code_in_a_readme_is_compiled(string readme)
    {
        var blocks = Block().Matches(System.IO.File.ReadAllText(Path.Combine(Here, readme)));
        var compiled = Directory.EnumerateFiles(Path.Combine(Here, "ReadmeSamples"), "*.cs").Select(path => Plain(System.IO.File.ReadAllText(path))).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.True(
            compiled.Exists(text => text.Contains(Plain(block.Groups["code"].Value), StringComparison.Ordinal)),
            $"{readme} has code that is in no file of ReadmeSamples:\n{block.Groups["code"].Value}"));
    }

    private static string File([CallerFilePath] string path = "") => path;

    // The README leaves out how far its lines are indented in the file.
    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
