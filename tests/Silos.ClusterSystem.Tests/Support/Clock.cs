namespace Silos.ClusterSystem.Tests.Support;

/// <summary>Real time: processes have no other.</summary>
internal static class Clock
{
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task WaitAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, Cancelled);

    /// <summary>Waits until something is the case; fails, saying what was not, when that takes too long.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> what)
    {
        var deadline = Now + patience;
        while (!await condition())
        {
            if (Now > deadline)
            {
                Assert.Fail($"Within {patience} it did not happen that {what()}");
            }

            await WaitAsync(TimeSpan.FromMilliseconds(100));
        }
    }
}
