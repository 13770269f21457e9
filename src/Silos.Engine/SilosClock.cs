using Microsoft.Extensions.DependencyInjection;

namespace Silos.Engine;

/// <summary>
/// The clock of Silos: a keyed <see cref="TimeProvider"/>, so that tests and clusters can set it without touching the
/// clock of anything else in the container.
/// </summary>
public static class SilosClock
{
    /// <summary>The key under which the clock is registered.</summary>
    public const string Key = "silos";

    /// <summary>
    /// The key under which a clock is looked for that stands for the machine's own, below whatever a silo does to agree with the database. Only
    /// for tests: nothing is registered under it.
    /// </summary>
    public const string MachineKey = "silos.machine";

    /// <summary>Gets the clock of a container; the system's if none was registered.</summary>
    public static TimeProvider Of(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.GetKeyedService<TimeProvider>(Key) ?? Fallback;
    }

#pragma warning disable RS0030 // The one place that reads the system's clock; everything else is given a TimeProvider.
    internal static TimeProvider Fallback => TimeProvider.System;
#pragma warning restore RS0030
}
