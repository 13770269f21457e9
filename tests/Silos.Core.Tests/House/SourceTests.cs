using System.Text.RegularExpressions;
using System.Xml.Linq;

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

    /// <summary>Otherwise <c>dotnet run --project …</c> keeps its state in the source tree and misses the caller's silos.yaml.</summary>
    [Fact]
    public void Hosts_run_in_the_directory_they_are_called_in() => Assert.All(
        Rooms.Projects.Values.Select(path => (Path: path, Project: XDocument.Load(path).Root!))
            .Where(room => (string?)room.Project.Attribute("Sdk") == "Microsoft.NET.Sdk.Web"),
        room => Assert.True((string?)room.Project.Descendants("EnableDefaultRunWorkingDirectory").SingleOrDefault() == "false", room.Path));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException|#region|#pragma warning disable CS1591")]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"""\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(table|index|view))", RegexOptions.IgnoreCase)]
    private static partial Regex SqlInCode();
}
