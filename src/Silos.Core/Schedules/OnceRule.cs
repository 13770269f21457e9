namespace Silos.Schedules;

/// <summary>One date: one instant, or two when its local time comes twice and both were asked for.</summary>
internal sealed class OnceRule(IReadOnlyList<DateTimeOffset> instants, bool movedByGap) : DueRule
{
    public override DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor)
    {
        for (var i = 0; i < instants.Count; i++)
        {
            if (instants[i] > after)
            {
                return instants[i];
            }
        }

        return null;
    }

    public override DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor)
    {
        for (var i = instants.Count - 1; i >= 0; i--)
        {
            if (instants[i] < before)
            {
                return instants[i];
            }
        }

        return null;
    }

    public override string Explain() =>
        $"{(instants.Count == 1 ? "Once" : "Twice")}, at {Words.And([.. instants.Select(Words.Instant)])}";

    public override bool IsMovedByGap(DateTimeOffset due) => movedByGap;
}
