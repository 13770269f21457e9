namespace Silos.Core.Tests.House;

/// <summary>The arrows between the rooms point down only. A new arrow is a decision: it is written here.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Silos.Core"] = [],
        ["Silos.Engine"] = ["Silos.Core"],
        ["Silos.Sqlite"] = ["Silos.Core"],
        ["Silos.Postgres"] = ["Silos.Core"],
        ["Silos.Handlers"] = ["Silos.Core"],
        ["Silos.Client"] = ["Silos.Core"],
        ["Silos.Grains"] = ["Silos.Core"],
        ["Silos.Web"] = ["Silos.Core", "Silos.Client"],
        ["Silos.Hosting"] = ["Silos.Core", "Silos.Engine", "Silos.Handlers", "Silos.Client"],
        ["Silos.Cluster"] = ["Silos.Core", "Silos.Engine", "Silos.Grains"],
        ["Silos.Standalone"] = ["*"],
        ["Silos.Samples"] = ["*"],
        ["Silos.Cli"] = ["Silos.Core", "Silos.Client", "Silos.Standalone"],
        ["Silos.Silo"] = ["*"],
        ["Silos.Samples.Cluster"] = ["*"],
    };

    private static readonly string[] MayUseOrleans =
        ["Silos.Grains", "Silos.Cluster", "Silos.Silo", "Silos.Samples.Cluster", "Silos.Cluster.Tests", "Silos.Cluster.Benchmarks"];

    public static TheoryData<string> SourceProjects =>
        [.. Rooms.Projects.Where(p => !p.Value.Contains("/tests/", StringComparison.Ordinal)).Select(p => p.Key).Order()];

    [Theory, MemberData(nameof(SourceProjects))]
    public void A_room_uses_only_the_rooms_below_it(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} is a room that the design does not have.");
        if (allowed is not ["*"])
        {
            Assert.Empty(Rooms.References(project).Except(allowed!));
        }
    }

    [Theory, MemberData(nameof(SourceProjects))]
    public void A_room_never_uses_a_test(string project) =>
        Assert.DoesNotContain(Rooms.Closure(project), name => Rooms.Projects[name].Contains("/tests/", StringComparison.Ordinal));

    [Fact]
    public void Only_the_cluster_rooms_know_Orleans() => Assert.Empty(Rooms.Projects.Keys
        .Where(project => Rooms.Packages(project).Any(IsOrleans))
        .Except(MayUseOrleans));

    [Fact]
    public void The_plain_filter_is_exactly_the_projects_whose_closure_has_no_Orleans() => Assert.Equal(
        Rooms.Projects.Keys.Where(project => !Rooms.Closure(project).Any(room => Rooms.Packages(room).Any(IsOrleans))).Order(),
        Rooms.PlainFilter().Order());

    [Fact]
    public void The_core_needs_only_abstractions() => Assert.Equal(
        ["Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions"],
        Rooms.Packages("Silos.Core").Order());

    [Fact]
    public void Versions_stand_in_one_place() => Assert.All(
        Rooms.Projects.Values,
        path => Assert.DoesNotContain("Version=\"", File.ReadAllText(path), StringComparison.Ordinal));

    [Fact]
    public void The_solution_has_every_project()
    {
        var solution = File.ReadAllText(Path.Combine(Rooms.Root, "Silos.sln"));
        Assert.All(Rooms.Projects.Keys, name => Assert.Contains($"{name}.csproj", solution, StringComparison.Ordinal));
    }

    private static bool IsOrleans(string package) => package.StartsWith("Microsoft.Orleans", StringComparison.Ordinal);
}
