using System.Text.RegularExpressions;

namespace Silos.Deploy.Tests.Support;

/// <summary>Reads <c>deploy/Dockerfile</c>, as far as it goes.</summary>
internal sealed partial class Dockerfile
{
    private readonly List<DockerStage> _stages = [];

    public IReadOnlyList<DockerStage> Stages => _stages;

    public static Dockerfile Read()
    {
        var file = new Dockerfile();
        var text = string.Join('\n', Repository.Read("deploy/Dockerfile").Split('\n').Where(line => !line.StartsWith('#')));
        foreach (var line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var step = new DockerStep(line.Split(' ')[0], Spaces().Replace(line[line.IndexOf(' ', StringComparison.Ordinal)..], " ").Trim());
            if (step.Word == "FROM")
            {
                var words = step.Text.Split(' ').Where(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
                file._stages.Add(new DockerStage(words[2], words[0], file._stages.Find(stage => stage.Name == words[0])));
            }
            else if (file._stages.Count > 0)
            {
                file._stages[^1].Own.Add(step);
            }
        }

        return file;
    }

    public DockerStage Stage(string name) => _stages.Single(stage => stage.Name == name);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

/// <summary>One <c>FROM … AS name</c>.</summary>
internal sealed record DockerStage(string Name, string Image, DockerStage? Parent)
{
    public List<DockerStep> Own { get; } = [];

    /// <summary>Gets the steps of the stages below and of this one, in order.</summary>
    public IEnumerable<DockerStep> Chain() => (Parent?.Chain() ?? []).Concat(Own);

    /// <summary>Gets the image of another file that this one begins with.</summary>
    public string Base() => Parent?.Base() ?? Image;

    public IReadOnlyDictionary<string, string> Environment() => Chain().Where(step => step.Word == "ENV")
        .SelectMany(step => step.Text.Split(' '))
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Gets what is copied from the build context: sources and target.</summary>
    public IEnumerable<(string[] Sources, string Target)> Copies() => Chain()
        .Where(step => step.Word == "COPY" && !step.Text.StartsWith("--from", StringComparison.Ordinal))
        .Select(step => step.Text.Split(' '))
        .Select(words => (words[..^1], words[^1]));
}

/// <summary>One instruction.</summary>
internal sealed record DockerStep(string Word, string Text);
