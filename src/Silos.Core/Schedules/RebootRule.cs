namespace Silos.Schedules;

/// <summary><c>@reboot</c>: due when a process starts, which no clock can tell.</summary>
internal sealed class RebootRule : DueRule
{
    public override DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor) => null;

    public override DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor) => null;

    public override string Explain() => "Once at every start";
}
