namespace Silos.Schedules;

/// <summary>A cron expression on a zone's clock.</summary>
internal sealed class CronRule(CronExpression expression, ZoneClock clock, DaylightSavingRule daylightSaving) : DueRule
{
    private readonly ZonedSearch _search = expression.Search(clock, daylightSaving);

    public override bool UsesZone => true;

    public override DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor) =>
        CronExpression.FirstAfter(_search, after);

    public override DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor) =>
        CronExpression.LastBefore(_search, before);

    public override string Explain() => expression.Explain();

    public override bool IsMovedByGap(DateTimeOffset due)
    {
        var second = due.UtcTicks / TimeSpan.TicksPerSecond;
        ref readonly var segment = ref clock.At(second);
        return second == segment.Start && _search.IsMovedToStart(segment);
    }
}
