using System.Text.RegularExpressions;

namespace Silos.Core.Tests.House;

/// <summary>Habits of the house that no analyzer knows.</summary>
public sealed partial class SourceTests
{
    private static IEnumerable<string> SourceFiles => Directory
        .EnumerateFiles(Path.Combine(Rooms.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));

    [Fact]
    public void Source_leaves_nothing_to_do_later() =>
        Assert.All(SourceFiles, path => Assert.False(LeftOver().IsMatch(File.ReadAllText(path)), path));

    [Fact]
    public void Sql_lives_in_sql_files() =>
        Assert.All(SourceFiles, path => Assert.False(SqlInCode().IsMatch(File.ReadAllText(path)), path));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException|#region|#pragma warning disable CS1591")]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"""\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(table|index|view))", RegexOptions.IgnoreCase)]
    private static partial Regex SqlInCode();
}
