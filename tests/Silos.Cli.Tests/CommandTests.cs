using System.CommandLine;
using Silos.Cli.Tests.Support;

namespace Silos.Cli.Tests;

/// <summary>What holds for every command.</summary>
public sealed class CommandTests
{
    public static TheoryData<string> Commands => [.. TranscriptTests.Leaves(Root())];

    [Theory, MemberData(nameof(Commands))]
    public async Task The_help_of_every_command_ends_with_examples_that_can_be_typed(string path)
    {
        using var terminal = new Terminal();
        var outcome = await terminal.RunAsync($"{path} --help");
        Assert.Equal((0, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Contains($"silos {path}", outcome.Out, StringComparison.Ordinal);
        var examples = outcome.Out[outcome.Out.IndexOf("Examples:\n", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            // Of a pipeline only our own parts; what the shell redirects is not ours.
            var parts = example.Split('|').Select(part => part.Trim()).ToList();
            Assert.Contains(parts, part => part.StartsWith("silos ", StringComparison.Ordinal));
            Assert.DoesNotContain(parts, part => Root().Subcommands.Any(command => part.Split(' ')[0] == command.Name && command.Name != "silos"));
            foreach (var part in parts.Where(part => part.StartsWith("silos ", StringComparison.Ordinal)))
            {
                var line = part["silos ".Length..].Split(" > ")[0].Split(" >> ")[0].Split(" < ")[0];
                Assert.True(Root().Parse(CommandLine.Split(line), new ParserConfiguration { ResponseFileTokenReplacer = null }).Errors.Count == 0, $"'{line}' cannot be typed.");
            }
        }
    }

    [Fact]
    public async Task The_README_has_every_command_and_every_exit_code()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Places.Root, "src", "Silos.Cli", "README.md"), TestContext.Current.CancellationToken);
        Assert.All(TranscriptTests.Leaves(Root()), path => Assert.Contains($"`{path}", readme, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<CliExit>(), exit => Assert.Contains($"| {(int)exit} | `{NameOf(exit)}` |", readme, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Words_are_completed()
    {
        using var terminal = new Terminal();
        Assert.Contains("apply\n", (await terminal.RunAsync(["[suggest:5]", "jobs "])).Out, StringComparison.Ordinal);
        Assert.Contains("yaml\n", (await terminal.RunAsync(["[suggest:15]", "jobs list -o ya"])).Out, StringComparison.Ordinal);
        Assert.Contains("drain\n", (await terminal.RunAsync(["[suggest:8]", "silos dr"])).Out, StringComparison.Ordinal);
    }

    internal static string NameOf(CliExit exit) =>
        string.Concat(exit.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    internal static RootCommand Root() => new SilosCommand(new CliHost
    {
        In = TextReader.Null,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        Environment = new Dictionary<string, string>(),
        Directory = "/",
        Settings = "/",
        Clock = TimeProvider.System,
    });
}
