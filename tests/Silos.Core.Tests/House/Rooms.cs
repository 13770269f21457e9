using System.Text.Json;
using System.Xml.Linq;

namespace Silos.Core.Tests.House;

/// <summary>Reads the solution's project files from the source tree.</summary>
internal static class Rooms
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyDictionary<string, string> Projects { get; } =
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.csproj", SearchOption.AllDirectories))
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, StringComparer.Ordinal);

    public static string[] References(string project) =>
        [.. Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];

    public static string[] Packages(string project) => [.. Items(project, "PackageReference")];

    public static HashSet<string> Closure(string project)
    {
        var closure = new HashSet<string>(StringComparer.Ordinal) { project };
        var waiting = new Queue<string>([project]);
        while (waiting.TryDequeue(out var next))
        {
            foreach (var reference in References(next).Where(closure.Add))
            {
                waiting.Enqueue(reference);
            }
        }

        return closure;
    }

    public static string[] PlainFilter()
    {
        using var filter = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "Silos.Plain.slnf")));
        return [.. filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray()
            .Select(path => Path.GetFileNameWithoutExtension(path.GetString()!.Replace('\\', '/')))];
    }

    private static IEnumerable<string> Items(string project, string item) => XDocument.Load(Projects[project])
        .Descendants(item)
        .Select(element => (string?)element.Attribute("Include"))
        .OfType<string>();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Silos.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Silos.sln was not found above the tests.");
    }
}
