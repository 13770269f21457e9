using Microsoft.Extensions.DependencyInjection;

namespace Silos.Engine;

internal sealed class SilosBuilder(IServiceCollection services) : ISilosBuilder
{
    public IServiceCollection Services { get; } = services;
}
