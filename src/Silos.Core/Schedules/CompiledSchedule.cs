using System.Diagnostics.CodeAnalysis;

namespace Silos.Schedules;

/// <summary>A schedule, understood.</summary>
public sealed class CompiledSchedule
{
    /// <summary>Spec.</summary>
    public ScheduleSpec Spec => throw new NotSupportedException();

    /// <summary>Words.</summary>
    public string Explanation => throw new NotSupportedException();

    /// <summary>Zone.</summary>
    public TimeZoneInfo Zone => throw new NotSupportedException();

    /// <summary>Reboot.</summary>
    public bool IsReboot => throw new NotSupportedException();

    /// <summary>After.</summary>
    public bool DependsOnRunEnd => throw new NotSupportedException();

    /// <summary>Compiles.</summary>
    public static CompiledSchedule Compile(ScheduleSpec spec, ScheduleEnvironment environment, string jobName) => throw new NotSupportedException();

    /// <summary>Compiles.</summary>
    public static bool TryCompile(
        ScheduleSpec spec,
        ScheduleEnvironment environment,
        string jobName,
        [NotNullWhen(true)] out CompiledSchedule? schedule,
        [NotNullWhen(false)] out ScheduleProblem? problem) => throw new NotSupportedException();

    /// <summary>Next.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor) => throw new NotSupportedException();

    /// <summary>Previous.</summary>
    public DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor) => throw new NotSupportedException();

    /// <summary>Excluded.</summary>
    public bool IsExcluded(DateTimeOffset due) => throw new NotSupportedException();

    /// <summary>Preview.</summary>
    public IEnumerable<PreviewedOccurrence> Preview(DateTimeOffset from, int count, ScheduleAnchor anchor) => throw new NotSupportedException();
}
