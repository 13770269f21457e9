namespace Silos.Schedules;

/// <summary><c>@every</c>: a fixed phase. A job that starts late or runs long does not shift it.</summary>
internal sealed class EveryRule(TimeSpan interval, DateTimeOffset? startAt) : DueRule
{
    public override DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor)
    {
        var phase = Truncate(startAt ?? anchor.CreatedAt);
        if (First(phase) is not { } first)
        {
            return null;
        }

        if (after < first)
        {
            return first;
        }

        var count = ((after - phase).Ticks / interval.Ticks) + 1;
        return count > (DateTimeOffset.MaxValue - phase).Ticks / interval.Ticks
            ? null
            : Add(phase, TimeSpan.FromTicks(interval.Ticks * count));
    }

    public override DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor)
    {
        var phase = Truncate(startAt ?? anchor.CreatedAt);
        if (First(phase) is not { } first || before <= first)
        {
            return null;
        }

        return Add(phase, TimeSpan.FromTicks(((before - phase).Ticks - 1) / interval.Ticks * interval.Ticks));
    }

    public override string Explain() => $"Every {Words.Duration(interval)}";

    // A start is a time somebody chose; being created is not a reason to run at once.
    private DateTimeOffset? First(DateTimeOffset phase) => startAt is null ? Add(phase, interval) : phase;
}
