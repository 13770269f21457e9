using Microsoft.Extensions.Hosting;

namespace Silos.Benchmarks.Support;

/// <summary>Leaves signals to the runtime, which ends the process.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
