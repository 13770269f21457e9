using Silos.Jobs;
using Silos.Schedules;
using Silos.Workers;

namespace Silos.Hosting;

/// <summary>What the host knows and a jobs file may refer to.</summary>
internal sealed record JobsFileContext
{
    /// <summary>A host with nothing of its own; handlers are not checked.</summary>
    public static JobsFileContext Empty { get; } = new();

    /// <summary>Gets the default zone, functions, and the names and calendars of the configuration; the file's own come on top.</summary>
    public ScheduleEnvironment Environment { get; init; } = ScheduleEnvironment.Empty;

    /// <summary>Gets the handlers by key, or null when this process executes nothing and so cannot know them.</summary>
    public IReadOnlyDictionary<string, HandlerRegistration>? Handlers { get; init; }

    /// <summary>
    /// Gets whether names of schedules, calendars and functions that are not known here are somebody else's to judge: whoever reads the file only to
    /// send it on does not know what the server has.
    /// </summary>
    public bool NamesElsewhere { get; init; }

    /// <summary>Gets how jobs overlap that do not say.</summary>
    public OverlapMode DefaultOverlap { get; init; } = OverlapMode.Skip;
}
