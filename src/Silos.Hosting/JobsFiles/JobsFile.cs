using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Hosting;

/// <summary>What a jobs file says, found to be right.</summary>
/// <param name="Schedules">The named schedules.</param>
/// <param name="Calendars">The calendars by name.</param>
/// <param name="Jobs">The jobs, in the order written.</param>
internal sealed record JobsFile(
    IReadOnlyDictionary<string, string> Schedules,
    IReadOnlyDictionary<string, Calendar> Calendars,
    IReadOnlyList<JobDefinition> Jobs);
