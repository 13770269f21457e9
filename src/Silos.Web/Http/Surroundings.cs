using Microsoft.Extensions.DependencyInjection;
using Silos.Schedules;

namespace Silos.Web.Http;

/// <summary>What the engine may have registered and reading needs: its clock, and what schedules may refer to by name.</summary>
internal sealed class Surroundings(IServiceProvider services)
{
    private readonly Func<ScheduleEnvironment>? _schedules = services.GetService<Func<ScheduleEnvironment>>();

    private const string ClockKey = "silos";

    /// <summary>Gets the clock of Silos; the system's where the engine registered none.</summary>
#pragma warning disable RS0030 // The default of the host; everything here is given this property instead.
    public TimeProvider Clock { get; } = services.GetKeyedService<TimeProvider>(ClockKey) ?? TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>Gets named schedules, calendars and the default zone, as they are now: a jobs file may change them.</summary>
    public ScheduleEnvironment Schedules => _schedules?.Invoke() ?? ScheduleEnvironment.Empty;
}
