using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Silos.Engine.Workers;

namespace Silos.Engine.Queues;

/// <summary>Registers the queues' and workers' side of the engine.</summary>
internal static class QueueServices
{
    public static void Add(IServiceCollection services) => services.TryAddSingleton<HandlerRegistry>();
}
