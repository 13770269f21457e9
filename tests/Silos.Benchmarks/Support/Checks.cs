namespace Silos.Benchmarks.Support;

/// <summary>A figure counts only if the rows are right afterwards.</summary>
internal static class Checks
{
    public static void Equal(long expected, long actual, string what)
    {
        if (expected != actual)
        {
            throw new InvalidOperationException($"{what}: expected {expected:N0}, found {actual:N0}. The figure does not count.");
        }

        Report.Say($"Checked: {actual:N0} {what}.");
    }
}
