using Microsoft.Extensions.Hosting;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>Starts and stops the engine with the process.</summary>
internal sealed class SilosHost(ISilosStore store, IJobStartup jobs) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(exclusive: true, cancellationToken);
        await jobs.RegisterAsync(cancellationToken);
        await jobs.RunStartupJobsAsync(cancellationToken);
        await jobs.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => jobs.StopAsync(cancellationToken);
}
