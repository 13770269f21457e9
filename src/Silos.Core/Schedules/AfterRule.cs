namespace Silos.Schedules;

/// <summary><c>@after</c>: once, an interval after the previous run ended; then again when the next one has.</summary>
internal sealed class AfterRule(TimeSpan interval) : DueRule
{
    public override DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor) =>
        Due(anchor) is { } due && due > after ? due : null;

    public override DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor) =>
        Due(anchor) is { } due && due < before ? due : null;

    public override string Explain() => $"{Words.Duration(interval)} after the end of the previous run";

    private DateTimeOffset? Due(ScheduleAnchor anchor) => Add(Truncate(anchor.LastEndedAt ?? anchor.CreatedAt), interval);
}
