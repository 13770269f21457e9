using System.CommandLine;
using Silos.Cli.Tests.Support;

namespace Silos.Cli.Tests;

/// <summary>What is typed and what is answered, to the letter. With SILOS_UPDATE_TRANSCRIPTS=1 the files are written anew, for a person to read the difference.</summary>
public sealed class TranscriptTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Places.Transcripts, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public async Task The_answers_are_those_of_the_transcript(string file)
    {
        var path = Path.Combine(Places.Transcripts, $"{file}.txt");
        var wanted = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var played = await Transcript.PlayAsync(wanted);
        if (Environment.GetEnvironmentVariable("SILOS_UPDATE_TRANSCRIPTS") == "1")
        {
            await File.WriteAllTextAsync(path, played, TestContext.Current.CancellationToken);
            return;
        }

        Assert.Equal(wanted, played);
    }

    [Fact]
    public void Every_command_is_typed_in_a_transcript()
    {
        var typed = Directory.EnumerateFiles(Places.Transcripts, "*.txt").SelectMany(file => Transcript.CommandsOf(File.ReadAllText(file))).ToList();
        using var terminal = new Terminal();
        var missing = Leaves(CommandTests.Root()).Where(path => path != "up" && !typed.Exists(line => line == path || line.StartsWith(path + " ", StringComparison.Ordinal)));
        Assert.Empty(missing);
    }

    internal static IEnumerable<string> Leaves(Command command, string path = "") => command.Subcommands.Count == 0
        ? [path]
        : command.Subcommands.SelectMany(sub => Leaves(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}"));
}
