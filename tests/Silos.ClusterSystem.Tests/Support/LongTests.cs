namespace Silos.ClusterSystem.Tests.Support;

/// <summary><c>tests/run.sh --long</c> runs the long tests in full; the gate runs a sample of them.</summary>
internal static class LongTests
{
    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("SILOS_TEST_LONG") == "1";
}
