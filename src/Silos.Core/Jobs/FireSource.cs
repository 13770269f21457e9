using Silos.Schedules;

namespace Silos.Jobs;

/// <summary>One schedule of a job while a plan is made: the next instant it is due at, and how often it may still be.</summary>
internal abstract class FireSource(CompiledSchedule? schedule, long remaining)
{
    /// <summary>Gets the schedule; null for a start-up job without one.</summary>
    public CompiledSchedule? Schedule { get; } = schedule;

    /// <summary>Gets the first undecided due instant, or null.</summary>
    public DateTimeOffset? Next { get; protected set; }

    /// <summary>Gets what is wrong with the schedule, if anything is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Gets how many occurrences the schedule may still have.</summary>
    public long Remaining { get; private set; } = remaining;

    /// <summary>Gets whether there is at most one due instant at a time, so that nothing has to be jumped over.</summary>
    public abstract bool IsSingle { get; }

    /// <summary>Gets whether the past can be jumped over, because the schedule can be asked backwards.</summary>
    public bool CanJump => IsSingle || Schedule is { IsFunction: false };

    /// <summary>Moves on after the decision about <see cref="Next"/>.</summary>
    /// <param name="ran">Whether a run was planned.</param>
    public void Decided(bool ran)
    {
        if (ran && Remaining != long.MaxValue)
        {
            Remaining--;
        }

        Move(ran, null);
    }

    /// <summary>Looks for the first due instant after a position.</summary>
    public void MoveTo(DateTimeOffset position) => Move(false, position);

    /// <summary>Finds the latest due instant before another that no calendar excludes; null if there is none at or after <paramref name="floor"/>.</summary>
    public abstract DateTimeOffset? Latest(DateTimeOffset before, DateTimeOffset floor, bool evenExcluded);

    protected abstract void Advance(bool ran);

    protected abstract void Seek(DateTimeOffset position);

    private void Move(bool ran, DateTimeOffset? position)
    {
        if (Problem is not null)
        {
            return;
        }

        try
        {
            if (Remaining <= 0)
            {
                Next = null;
            }
            else if (position is { } at)
            {
                Seek(at);
            }
            else
            {
                Advance(ran);
            }
        }
        catch (ScheduleFunctionException exception)
        {
            // A function that fails is one schedule's trouble: the job's other schedules go on.
            Problem = exception.Message;
            Next = null;
        }
    }
}

/// <summary>A schedule whose instants follow from the clock alone.</summary>
internal sealed class ClockSource(CompiledSchedule schedule, ScheduleAnchor anchor, long remaining)
    : FireSource(schedule, remaining)
{
    private readonly CompiledSchedule _schedule = schedule;

    public override bool IsSingle => false;

    public override DateTimeOffset? Latest(DateTimeOffset before, DateTimeOffset floor, bool evenExcluded)
    {
        if (Remaining <= 0 || Problem is not null)
        {
            return null;
        }

        if (_schedule.IsFunction)
        {
            return LatestForward(before, floor, evenExcluded);
        }

        var latest = _schedule.Previous(before, anchor);
        for (var step = 0; latest >= floor && step < FireTimes.MaxSteps; step++)
        {
            if (evenExcluded || !_schedule.IsExcluded(latest.Value))
            {
                return latest;
            }

            latest = _schedule.Previous(latest.Value, anchor);
        }

        return null;
    }

    /// <summary>A function is walked forward. Where that takes too long, something later than all that is walked will come.</summary>
    private DateTimeOffset? LatestForward(DateTimeOffset before, DateTimeOffset floor, bool evenExcluded)
    {
        DateTimeOffset? latest = null;
        try
        {
            var at = Next;
            for (var step = 0; at < before; step++)
            {
                if (step == FireTimes.MaxSteps)
                {
                    return before.AddMilliseconds(-1);
                }

                latest = at >= floor && (evenExcluded || !_schedule.IsExcluded(at.Value)) ? at : latest;
                at = _schedule.Next(at.Value, anchor);
            }
        }
        catch (ScheduleFunctionException)
        {
            // Told when the plan gets there; what was found before it failed counts.
            return latest;
        }

        return latest;
    }

    protected override void Advance(bool ran) => Next = _schedule.Next(Next!.Value, anchor);

    protected override void Seek(DateTimeOffset position) => Next = _schedule.Next(position, anchor);
}

/// <summary><c>@after</c>: due once, an interval after the previous run ended, and again when the next one has.</summary>
/// <remarks>
/// When the occurrence is dropped no run ends, so it comes again at the next multiple of the interval that lies ahead. The
/// multiples are counted from the end of the last run, so nothing has to be remembered but the cursor.
/// </remarks>
internal sealed class AfterSource(
    CompiledSchedule schedule, ScheduleAnchor anchor, long remaining, DateTimeOffset now, bool hasLiveRun)
    : FireSource(schedule, remaining)
{
    private readonly CompiledSchedule _schedule = schedule;
    private bool _waits = hasLiveRun;

    public override bool IsSingle => true;

    public override DateTimeOffset? Latest(DateTimeOffset before, DateTimeOffset floor, bool evenExcluded) =>
        Next is { } due && due < before && due >= floor && (evenExcluded || !_schedule.IsExcluded(due)) ? due : null;

    protected override void Advance(bool ran)
    {
        _waits = ran;
        Next = ran ? null : MultipleAfter(Next > now ? Next.Value : now);
    }

    protected override void Seek(DateTimeOffset position)
    {
        var first = First(anchor);
        Next = first is null || first > position ? first : _waits ? null : MultipleAfter(position);
    }

    private DateTimeOffset? First(ScheduleAnchor from) => _schedule.Next(DateTimeOffset.MinValue, from);

    private DateTimeOffset? MultipleAfter(DateTimeOffset position)
    {
        if (First(anchor) is not { } first)
        {
            return null;
        }

        var start = anchor.LastEndedAt ?? anchor.CreatedAt;
        var step = Math.Max(1, (first - start).Ticks);
        var behind = Math.Max(0, ((position - start).Ticks / step) - 1);
        var at = start.AddTicks(behind * step);
        DateTimeOffset? due;
        do
        {
            due = First(new ScheduleAnchor(anchor.CreatedAt, at));
            at = at.AddTicks(step);
        }
        while (due <= position);

        return due;
    }
}

/// <summary>A start: <c>@reboot</c>, or a start-up job without a schedule for it.</summary>
internal sealed class StartSource(CompiledSchedule? schedule, DateTimeOffset at, long remaining) : FireSource(schedule, remaining)
{
    private bool _decided;

    public override bool IsSingle => true;

    public override DateTimeOffset? Latest(DateTimeOffset before, DateTimeOffset floor, bool evenExcluded) =>
        !_decided && at < before && at >= floor ? at : null;

    protected override void Advance(bool ran)
    {
        _decided = true;
        Next = null;
    }

    // Never at or before the cursor, where everything is decided: a job registered just now starts a millisecond later.
    protected override void Seek(DateTimeOffset position) =>
        Next = _decided ? null : at > position ? at : position.AddMilliseconds(1);
}
