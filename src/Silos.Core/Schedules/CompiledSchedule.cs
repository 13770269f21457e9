using System.Diagnostics.CodeAnalysis;

namespace Silos.Schedules;

/// <summary>A specification understood in its environment: answers when it is due. Immutable, safe for all threads; it
/// reads no clock, and the same questions get the same answers in every process.</summary>
/// <remarks>All instants it returns are in UTC and whole milliseconds. Of a <c>@function</c> schedule the same holds if
/// the function itself is pure.</remarks>
public sealed class CompiledSchedule
{
    private readonly DueRule _rule;
    private readonly ZoneClock _clock;
    private readonly IReadOnlyList<ResolvedCalendar> _calendars;
    private readonly long _jitter;
    private readonly ulong _seed;

    internal CompiledSchedule(
        ScheduleSpec spec, TimeZoneInfo zone, DueRule rule, IReadOnlyList<ResolvedCalendar> calendars, string jobName)
    {
        Spec = spec;
        Zone = zone;
        _rule = rule;
        _clock = ZoneClock.Of(zone);
        _calendars = calendars;
        _jitter = (long)spec.Jitter.TotalMilliseconds;
        _seed = StableHash.Of(jobName);
    }

    /// <summary>Gets the specification.</summary>
    public ScheduleSpec Spec { get; }

    /// <summary>Gets when it is due, in words.</summary>
    /// <remarks>Made when asked for: thousands of schedules are compiled to decide what is due, and nobody reads their words then.</remarks>
    public string Explanation => ScheduleWords.Explain(Spec, Zone, _rule);

    /// <summary>Gets the zone whose clock it is read on.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Gets whether it is due once at every start; then no instant is ever computed.</summary>
    public bool IsReboot => _rule is RebootRule;

    /// <summary>Gets whether the next instant is known only when a run has ended (<c>@after</c>).</summary>
    public bool DependsOnRunEnd => _rule is AfterRule;

    /// <summary>Gets whether it is a C# function, which only looks forward: <see cref="Previous"/> knows nothing.</summary>
    public bool IsFunction => _rule is FunctionRule;

    /// <summary>Understands a specification.</summary>
    /// <param name="spec">What somebody wrote.</param>
    /// <param name="environment">What its names refer to.</param>
    /// <param name="jobName">The job's name, which <c>H</c> and jitter depend on.</param>
    /// <exception cref="ScheduleFormatException">It cannot be understood, or names something unknown.</exception>
    public static CompiledSchedule Compile(ScheduleSpec spec, ScheduleEnvironment environment, string jobName) =>
        TryCompile(spec, environment, jobName, out var schedule, out var problem)
            ? schedule
            : throw new ScheduleFormatException(problem);

    /// <summary>Understands a specification, or says what is wrong with it.</summary>
    /// <param name="spec">What somebody wrote.</param>
    /// <param name="environment">What its names refer to.</param>
    /// <param name="jobName">The job's name, which <c>H</c> and jitter depend on.</param>
    /// <param name="schedule">What was understood.</param>
    /// <param name="problem">The first mistake.</param>
    public static bool TryCompile(
        ScheduleSpec spec,
        ScheduleEnvironment environment,
        string jobName,
        [NotNullWhen(true)] out CompiledSchedule? schedule,
        [NotNullWhen(false)] out ScheduleProblem? problem)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(jobName);
        var compiler = new ScheduleCompiler(spec, environment, jobName);
        schedule = compiler.Compile();
        problem = compiler.Problem;
        return schedule is not null;
    }

    /// <summary>Finds the first due instant after the given one, within the bounds, jitter included. Instants that a
    /// calendar excludes are due too: see <see cref="IsExcluded"/>.</summary>
    /// <param name="after">The instant, not included.</param>
    /// <param name="anchor">What interval schedules count from.</param>
    /// <returns>The instant; null if there is none: for <c>@after</c> as long as a run has not ended, for
    /// <c>@reboot</c> always.</returns>
    /// <exception cref="ScheduleFunctionException">A C# function threw, or did not move forward.</exception>
    public DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor) => Next(after, anchor, out _);

    /// <summary>Finds the last due instant before the given one, within the bounds, jitter included.</summary>
    /// <param name="before">The instant, not included.</param>
    /// <param name="anchor">What interval schedules count from.</param>
    /// <returns>The instant; null if there is none, or if it is computed by a C# function, which only looks forward.</returns>
    public DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor)
    {
        if (Spec.EndAt is { } end && before > end)
        {
            before = end.UtcTicks == DateTimeOffset.MaxValue.UtcTicks ? end : end.AddTicks(1);
        }

        for (var nominal = _rule.Previous(before, anchor); IsStarted(nominal); nominal = _rule.Previous(nominal.Value, anchor))
        {
            var due = WithJitter(nominal.Value, anchor);
            if (due < before)
            {
                return due;
            }
        }

        return null;
    }

    /// <summary>Tells whether a calendar excludes a due instant, which is then recorded as skipped.</summary>
    /// <param name="due">An instant that <see cref="Next(DateTimeOffset, ScheduleAnchor)"/> returned.</param>
    public bool IsExcluded(DateTimeOffset due) => ExcludedBy(due) is not null;

    /// <summary>Names the first calendar that excludes a due instant; null if none does.</summary>
    /// <param name="due">An instant that <see cref="Next(DateTimeOffset, ScheduleAnchor)"/> returned.</param>
    public string? ExcludedBy(DateTimeOffset due)
    {
        for (var i = 0; i < _calendars.Count; i++)
        {
            if (_calendars[i].Excludes(due))
            {
                return _calendars[i].Calendar.Name;
            }
        }

        return null;
    }

    /// <summary>Lists due instants ahead of time, with what is remarkable about each. Lazy.</summary>
    /// <param name="from">The instant to look from, not included.</param>
    /// <param name="count">How many at most; fewer if the schedule ends, and one at most for <c>@after</c>.</param>
    /// <param name="anchor">What interval schedules count from.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="ScheduleFunctionException">A C# function threw, or did not move forward.</exception>
    public IEnumerable<PreviewedOccurrence> Preview(DateTimeOffset from, int count, ScheduleAnchor anchor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Walk();

        IEnumerable<PreviewedOccurrence> Walk()
        {
            var at = from;
            for (var i = 0; i < count && Next(at, anchor, out var nominal) is { } due; i++)
            {
                yield return Describe(due, nominal);
                at = due;
            }
        }
    }

    private PreviewedOccurrence Describe(DateTimeOffset due, DateTimeOffset nominal)
    {
        var excludedBy = ExcludedBy(due);
        var marks = excludedBy is null ? PreviewMarks.None : PreviewMarks.Excluded;
        if (_rule.IsMovedByGap(nominal))
        {
            marks |= PreviewMarks.DaylightSavingGap;
        }

        if (_clock.ComesTwice(due.UtcTicks / TimeSpan.TicksPerSecond))
        {
            marks |= PreviewMarks.DaylightSavingOverlap;
        }

        return new PreviewedOccurrence(due, TimeZoneInfo.ConvertTime(due, Zone), marks, excludedBy);
    }

    private DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor, out DateTimeOffset nominal)
    {
        nominal = default;
        if (after.UtcTicks == DateTimeOffset.MaxValue.UtcTicks)
        {
            return null;
        }

        // An instant put off by jitter may still lie ahead though its nominal one does not.
        if (_jitter > 0 && _rule.Previous(after.AddTicks(1), anchor) is { } earlier && IsStarted(earlier))
        {
            var late = WithJitter(earlier, anchor);
            if (late > after)
            {
                nominal = earlier;
                return WithinEnd(late);
            }
        }

        var from = Spec.StartAt is { UtcTicks: > 0 } start && after < start ? start.AddTicks(-1) : after;
        if (_rule.Next(from, anchor) is not { } next)
        {
            return null;
        }

        nominal = next;
        return WithinEnd(WithJitter(next, anchor));
    }

    private DateTimeOffset? WithinEnd(DateTimeOffset due) => due > Spec.EndAt ? null : due;

    private bool IsStarted([NotNullWhen(true)] DateTimeOffset? nominal) =>
        nominal is { } instant && !(instant < Spec.StartAt);

    /// <summary>Puts an instant off by less than the way to the next one, which keeps them in order.</summary>
    private DateTimeOffset WithJitter(DateTimeOffset nominal, ScheduleAnchor anchor)
    {
        if (_jitter == 0)
        {
            return nominal;
        }

        var end = _rule.Next(nominal, anchor) ?? DateTimeOffset.MaxValue;
        var room = Math.Min(_jitter, (end - nominal).Ticks / TimeSpan.TicksPerMillisecond);
        return room <= 1
            ? nominal
            : nominal.AddMilliseconds((long)(StableHash.Mix(_seed, (ulong)nominal.UtcTicks) % (ulong)room));
    }
}
