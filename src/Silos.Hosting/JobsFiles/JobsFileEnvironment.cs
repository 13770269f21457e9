using Microsoft.Extensions.Options;
using Silos.Engine;
using Silos.Workers;

namespace Silos.Hosting;

/// <summary>What the process knows and a jobs file may refer to.</summary>
internal sealed class JobsFileEnvironment(
    ScheduleDirectory schedules,
    IEnumerable<HandlerRegistration> handlers,
    IOptions<EngineOptions> engine,
    IOptions<HostSettings> host,
    JobSwitches switches)
{
    private readonly Dictionary<string, HandlerRegistration>? _handlers =
        engine.Value.Roles.HasFlag(SilosRoles.Worker) ? ByKey(handlers) : null;

    /// <summary>Gets the jobs that the environment switches off.</summary>
    public JobSwitches Switches => switches;

    /// <summary>Gets what a file is checked against.</summary>
    public JobsFileContext Context() => new()
    {
        Environment = schedules.Own,
        Handlers = _handlers,
        DefaultOverlap = host.Value.DefaultOverlap,
    };

    /// <summary>Lets schedules refer to the names and calendars of a file.</summary>
    /// <returns>Undo: disposing brings back what was before.</returns>
    public Undo Use(JobsFile file)
    {
        var before = schedules.Current;
        schedules.Overlay(file.Schedules, file.Calendars);
        return new Undo(() => schedules.Overlay(before.NamedSchedules, before.Calendars));
    }

    private static Dictionary<string, HandlerRegistration> ByKey(IEnumerable<HandlerRegistration> handlers)
    {
        var known = new Dictionary<string, HandlerRegistration>(StringComparer.Ordinal);
        foreach (var handler in handlers)
        {
            known[handler.Key] = handler;
        }

        return known;
    }

    /// <summary>Takes a change back unless it is kept.</summary>
    internal sealed class Undo(Action action) : IDisposable
    {
        private Action? _action = action;

        public void Keep() => _action = null;

        public void Dispose()
        {
            _action?.Invoke();
            _action = null;
        }
    }
}
