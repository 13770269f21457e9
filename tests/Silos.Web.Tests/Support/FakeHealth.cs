namespace Silos.Web.Tests.Support;

internal sealed class FakeHealth : ISilosHealth
{
    public SilosHealth Now { get; set; } = new()
    {
        Started = true,
        SchedulerRunning = true,
        StoreReachable = true,
    };

    /// <summary>Gets or sets whether the store neither answers nor fails.</summary>
    public bool Hangs { get; set; }

    public bool RestartWanted => Now.RestartWanted;

    public async ValueTask<SilosHealth> CheckAsync(CancellationToken cancellationToken)
    {
        if (Hangs)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        return Now;
    }
}
