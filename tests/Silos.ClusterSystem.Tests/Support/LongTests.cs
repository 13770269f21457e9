namespace Silos.ClusterSystem.Tests.Support;

/// <summary><c>tests/run.sh --long</c> runs the long tests in full; the gate runs a sample of them.</summary>
internal static class LongTests
{
    private static readonly string? Scenario = Environment.GetEnvironmentVariable("SILOS_TEST_SCENARIO");

    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("SILOS_TEST_LONG") == "1" || Scenario is { Length: > 0 };

    /// <summary>Which scenarios are run: all, the one that somebody named, or those of the gate.</summary>
    public static TheoryData<string> Choose(IEnumerable<string> all, params string[] gate) =>
        [.. Scenario is { Length: > 0 } ? all.Where(name => name == Scenario).DefaultIfEmpty(Nothing) : Wanted ? all : gate.DefaultIfEmpty(Nothing)];

    /// <summary>Stands where a test has nothing to do today, so that the runner finds a row.</summary>
    public const string Nothing = "-";
}
