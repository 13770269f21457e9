namespace Silos.Web.Tests.Support;

internal sealed class FakeHealth : ISilosHealth
{
    public SilosHealth Now { get; set; } = new()
    {
        Started = true,
        SchedulerRunning = true,
        RegisteredJobs = 5,
        LastRunAt = new DateTimeOffset(2024, 1, 15, 2, 0, 0, TimeSpan.Zero),
        StoreReachable = true,
    };

    public ValueTask<SilosHealth> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Now);
}
