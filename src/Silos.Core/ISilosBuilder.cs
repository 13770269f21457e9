using Microsoft.Extensions.DependencyInjection;

namespace Silos;

/// <summary>What <c>AddSilos(silos =&gt; …)</c> hands out; stores, handlers and jobs add themselves to it.</summary>
public interface ISilosBuilder
{
    /// <summary>Gets the services of the host.</summary>
    IServiceCollection Services { get; }
}
