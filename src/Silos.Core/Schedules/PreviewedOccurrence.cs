using System.Text.Json.Serialization;

namespace Silos.Schedules;

/// <summary>One due instant shown ahead of time, with what is remarkable about it.</summary>
/// <param name="Instant">The due instant in UTC, jitter included.</param>
/// <param name="Local">The same instant on the clock of the schedule's zone, with that clock's offset.</param>
/// <param name="Marks">What is remarkable.</param>
/// <param name="ExcludedBy">The calendar that excludes it, if <see cref="PreviewMarks.Excluded"/>.</param>
public sealed record PreviewedOccurrence(
    DateTimeOffset Instant, DateTimeOffset Local, PreviewMarks Marks, string? ExcludedBy = null);

/// <summary>What is remarkable about an occurrence.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<PreviewMarks>))]
public enum PreviewMarks
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The written time does not exist on that day; this is the first instant after the gap.</summary>
    DaylightSavingGap = 1,

    /// <summary>The local time comes twice on that day; the offset tells which one this is.</summary>
    DaylightSavingOverlap = 2,

    /// <summary>A calendar excludes it: it is due and will be recorded as skipped.</summary>
    Excluded = 4,
}
