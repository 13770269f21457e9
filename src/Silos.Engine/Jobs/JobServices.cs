using Microsoft.Extensions.DependencyInjection;

namespace Silos.Engine.Jobs;

/// <summary>Registers the jobs' side of the engine.</summary>
internal static class JobServices
{
    public static void Add(IServiceCollection services) => ArgumentNullException.ThrowIfNull(services);
}
