using Silos.Schedules;

namespace Silos.Jobs;

/// <summary>All schedules of a job while a plan is made, merged: two that are due at one instant share it.</summary>
internal sealed class FireSources
{
    private readonly FireSource?[] _sources;
    private readonly long[] _counts;
    private readonly int _schedules;

    public FireSources(Job job, IReadOnlyList<CompiledSchedule?> schedules, FireFacts facts)
    {
        var anchor = new ScheduleAnchor(job.CreatedAt, job.LastEndedAt);
        var start = facts.Start is { } process && process.Mark != job.RebootMark ? process : null;
        _schedules = schedules.Count;
        _counts = new long[_schedules];
        _sources = new FireSource?[_schedules + 1];
        for (var i = 0; i < _schedules; i++)
        {
            _counts[i] = i < job.Counts.Count ? job.Counts[i] : 0;
            if (schedules[i] is not { } schedule)
            {
                continue;
            }

            var remaining = schedule.Spec.MaxOccurrences is { } most ? Math.Max(0, most - _counts[i]) : long.MaxValue;
            _sources[i] = schedule switch
            {
                { IsReboot: true } => start is null ? null : new StartSource(schedule, start.At, remaining),
                { DependsOnRunEnd: true } => new AfterSource(schedule, anchor, remaining, facts.Now, facts.HasLiveRun),
                _ => new ClockSource(schedule, anchor, remaining),
            };
        }

        if (job.Definition.Startup != StartupMode.None && start is not null)
        {
            _sources[_schedules] = new StartSource(null, start.At, long.MaxValue);
        }
    }

    /// <summary>Gets the first undecided due instant of all, or null.</summary>
    public DateTimeOffset? Next => Earliest(false);

    /// <summary>Gets the first undecided due instant of the schedules that have only one at a time.</summary>
    public DateTimeOffset? NextSingle => Earliest(true);

    /// <summary>Gets whether all of them can be asked backwards.</summary>
    public bool CanJump => Array.TrueForAll(_sources, static s => s is not { Next: not null, CanJump: false });

    /// <summary>Gets how many occurrences were let in, per schedule.</summary>
    public IReadOnlyList<long> Counts() => _counts;

    /// <summary>Lists what cannot be asked.</summary>
    public IReadOnlyList<BrokenSchedule> Broken()
    {
        List<BrokenSchedule>? broken = null;
        for (var i = 0; i < _schedules; i++)
        {
            if (_sources[i]?.Problem is { } problem)
            {
                (broken ??= []).Add(new BrokenSchedule(i, problem));
            }
        }

        return broken ?? [];
    }

    /// <summary>Looks for what comes after a position.</summary>
    public void MoveTo(DateTimeOffset position)
    {
        foreach (var source in _sources)
        {
            // What has one instant at a time keeps it: it was looked up once and nothing before it was jumped over.
            if (source is not null && !(source.IsSingle && source.Next is not null))
            {
                source.MoveTo(position);
            }
        }
    }

    /// <summary>Gets when a start that is not decided yet is due, for a job that may not run.</summary>
    public DateTimeOffset? PendingStart(DateTimeOffset position)
    {
        foreach (var source in _sources)
        {
            if (source is StartSource)
            {
                source.MoveTo(position);
                return source.Next;
            }
        }

        return null;
    }

    /// <summary>Describes a due instant: whether calendars exclude it, whether only <c>@after</c> is due, whether it is a start.</summary>
    public (bool Excluded, bool OnlyAfter, bool Start) At(DateTimeOffset due)
    {
        var excluded = true;
        var onlyAfter = true;
        var start = false;
        foreach (var source in _sources)
        {
            if (source?.Next == due && source.Schedule?.IsExcluded(due) != true)
            {
                excluded = false;
                onlyAfter &= source is AfterSource;
                start |= source is StartSource;
            }
        }

        return (excluded, onlyAfter, start);
    }

    /// <summary>Moves on those that are due at an instant; true if one of them is a start.</summary>
    public bool Decided(DateTimeOffset due, bool ran)
    {
        var start = false;
        for (var i = 0; i < _sources.Length; i++)
        {
            if (_sources[i] is not { } source || source.Next != due)
            {
                continue;
            }

            var counts = ran && source.Schedule?.IsExcluded(due) != true;
            if (counts && i < _schedules)
            {
                _counts[i]++;
            }

            start |= source is StartSource;
            source.Decided(counts);
        }

        return start;
    }

    /// <summary>Gets the latest due instant of all before another.</summary>
    public DateTimeOffset? Latest(DateTimeOffset before, DateTimeOffset floor, bool evenExcluded)
    {
        DateTimeOffset? latest = null;
        foreach (var source in _sources)
        {
            if (source?.Latest(before, floor, evenExcluded) is { } at && (latest is null || at > latest))
            {
                latest = at;
            }
        }

        return latest;
    }

    private DateTimeOffset? Earliest(bool onlySingle)
    {
        DateTimeOffset? earliest = null;
        foreach (var source in _sources)
        {
            if (source?.Next is { } at && (!onlySingle || source.IsSingle) && (earliest is null || at < earliest))
            {
                earliest = at;
            }
        }

        return earliest;
    }
}
