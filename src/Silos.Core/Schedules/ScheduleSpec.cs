namespace Silos.Schedules;

/// <summary>When a job is due, as a person writes it. Compare by value; compile with
/// <see cref="CompiledSchedule.Compile"/>, which finds every mistake.</summary>
public sealed record ScheduleSpec
{
    /// <summary>Gets when the job is due. One of:
    /// <list type="bullet">
    /// <item>cron of 5 fields (<c>minute hour day-of-month month day-of-week</c>), 6 (seconds first) or 7 (year last);</item>
    /// <item>a macro: <c>@yearly @annually @monthly @weekly @daily @midnight @hourly @every_minute</c>;</item>
    /// <item><c>@reboot</c>: once at every start;</item>
    /// <item><c>@every 24h</c>: a fixed phase, counted from <see cref="StartAt"/>, else from the job's creation;</item>
    /// <item><c>@after 10m</c>: counted from the end of the previous run, else from the job's creation;</item>
    /// <item>one date: <c>2026-12-24T18:00:00Z</c>; without an offset it is local time in the zone;</item>
    /// <item>a named schedule of the configuration: <c>cron.workhours_15m</c>;</item>
    /// <item><c>@function key</c>: a C# function registered under that key.</item>
    /// </list>
    /// See <see cref="CronExpression"/> for the cron dialect and <see cref="DurationText"/> for durations.</summary>
    public required string Expression { get; init; }

    /// <summary>Gets the IANA id of the zone whose clock the expression is read on, or <c>local</c> for the machine's;
    /// null (the default) is the host's default zone.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Gets what happens to times that clocks skip or repeat.</summary>
    public DaylightSavingRule DaylightSaving { get; init; }

    /// <summary>Gets the first instant (inclusive) at which the schedule may be due; null is no bound. It is also the
    /// phase of <c>@every</c>.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Gets the last instant (inclusive) at which the schedule may be due, jitter included; null is no bound.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>Gets how many occurrences there may be in all; null is no limit. The schedule itself cannot know how
    /// many there were, so whoever keeps the ledger counts.</summary>
    public long? MaxOccurrences { get; init; }

    /// <summary>Gets by how much an occurrence may be put off, so that many jobs do not start at one instant. The
    /// offset is between zero and this, always the same for one job and one instant, and never reaches the next
    /// occurrence. Default: zero.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Gets the names of the calendars that may exclude an occurrence; one that excludes is enough.
    /// Default: none.</summary>
    public IReadOnlyList<string> Calendars { get; init => field = value ?? []; } = [];

    /// <summary>Reads the text as the <see cref="Expression"/> of a specification with every default.</summary>
    /// <param name="expression">See <see cref="Expression"/>.</param>
    public static implicit operator ScheduleSpec(string expression) => FromString(expression);

    /// <summary>Reads the text as the <see cref="Expression"/> of a specification with every default.</summary>
    /// <param name="expression">See <see cref="Expression"/>.</param>
    public static ScheduleSpec FromString(string expression) => new() { Expression = expression };

    /// <summary>Compares by value, the calendars in their order included.</summary>
    /// <param name="other">The specification to compare with.</param>
    public bool Equals(ScheduleSpec? other) =>
        other is not null
        && string.Equals(Expression, other.Expression, StringComparison.Ordinal)
        && string.Equals(TimeZone, other.TimeZone, StringComparison.Ordinal)
        && DaylightSaving == other.DaylightSaving
        && StartAt == other.StartAt
        && EndAt == other.EndAt
        && MaxOccurrences == other.MaxOccurrences
        && Jitter == other.Jitter
        && Calendars.SequenceEqual(other.Calendars, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Expression, TimeZone, DaylightSaving, StartAt, EndAt, MaxOccurrences, Jitter, Calendars.Count);
}
