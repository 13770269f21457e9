using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Silos.Engine;

/// <summary>Starts and stops the engine with the process.</summary>
internal sealed class SilosHost(SilosEngine engine, IOptions<EngineOptions> options) : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A process that decides nothing may share the store with the one that does.
        await engine.OpenAsync(exclusive: options.Value.Roles.HasFlag(SilosRoles.Scheduler), cancellationToken);
        await engine.StartAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Drains before anything else stops, so that people can watch it and health checks hear "not ready" rather than nothing.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => engine.StopAsync(cancellationToken);
}
