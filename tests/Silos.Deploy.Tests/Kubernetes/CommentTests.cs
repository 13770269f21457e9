using System.Text.RegularExpressions;
using Silos.Deploy.Tests.Support;

namespace Silos.Deploy.Tests.Kubernetes;

public sealed partial class CommentTests
{
    // A comment above a block holds for its few lines.
    private const int Near = 8;

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Repository.At("k8s"), "*.yaml", SearchOption.AllDirectories)
        .Append(Repository.At("deploy/compose.yaml"))
        .Concat(Directory.EnumerateFiles(Repository.At("deploy"), "*.service"))
        .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public void Every_number_has_its_reason_beside_it(string file)
    {
        var lines = File.ReadAllLines(Repository.At(file));
        Assert.All(lines.Index().Where(line => Tuned().IsMatch(line.Item)), line => Assert.True(
            lines[Math.Max(0, line.Index - Near)..line.Index].Any(above => above.TrimStart().StartsWith('#')),
            $"{file}:{line.Index + 1} has no comment: {line.Item.Trim()}"));
    }

    // Addresses, ports and versions are names; what could as well be another number is a decision.
    [GeneratedRegex(@"^\s*-?\s*(?!port|containerPort|targetPort|apiVersion|cidr|value: http|newTag|app\.kubernetes)[\w.]+[:=]\s*""?\d+\w*""?\s*$")]
    private static partial Regex Tuned();
}
