using Silos.Schedules;

namespace Silos.Jobs;

/// <summary>Makes one plan; see <see cref="FireTimes"/> for the rules.</summary>
internal sealed class FirePlanner
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Job _job;
    private readonly FireFacts _facts;
    private readonly DateTimeOffset _now;
    private readonly DateTimeOffset _onTimeFrom;
    private readonly DateTimeOffset _windowStart;
    private readonly CatchUpMode _mode;
    private readonly bool _onlyLatest;
    private readonly FireSources _sources;
    private readonly FireRows _rows;
    private DateTimeOffset _position;
    private DateTimeOffset? _first;
    private DateTimeOffset? _latest;
    private bool _latestKnown;
    private bool _startDecided;

    public FirePlanner(Job job, IReadOnlyList<CompiledSchedule?> schedules, FireFacts facts)
    {
        _job = job;
        _facts = facts;
        _now = facts.Now;
        _position = job.Cursor;
        var catchUp = job.Definition.CatchUp;
        _onTimeFrom = Before(_now, catchUp.Tolerance);
        var window = Before(_now, catchUp.Window);
        _windowStart = window < _onTimeFrom ? window : _onTimeFrom;
        _mode = facts.CatchUp ?? catchUp.Mode;
        _onlyLatest = job.Definition.Overlap.Mode is OverlapMode.CancelRunning or OverlapMode.TerminateRunning;
        _rows = new FireRows(facts.MaxRows);
        _sources = new FireSources(job, schedules, facts);
    }

    public FirePlan Plan()
    {
        if (_facts.Suspended || !_job.IsActive)
        {
            return Inactive();
        }

        _sources.MoveTo(_position);
        var hasMore = _now > _position && !Decide();
        return new FirePlan
        {
            Decisions = _rows.All,
            Cursor = !hasMore && _now > _position ? _now : _position,
            NextDue = _sources.Next,
            Counts = _sources.Counts(),
            RebootMark = _startDecided ? _facts.Start!.Mark : null,
            HasMore = hasMore,
            Broken = _sources.Broken(),
        };
    }

    private static DateTimeOffset Before(DateTimeOffset instant, TimeSpan span) =>
        span < instant - DateTimeOffset.MinValue ? instant - span : DateTimeOffset.MinValue;

    /// <summary>Time stands still for the schedule; only a start that passes is written down.</summary>
    private FirePlan Inactive()
    {
        var start = _sources.PendingStart(_position);
        return new FirePlan
        {
            Decisions = start is { } at ? [new FireDecision(at, Verdict.SkippedPaused)] : [],
            Cursor = _position,
            NextDue = null,
            Counts = _sources.Counts(),
            RebootMark = start is null ? null : _facts.Start!.Mark,
        };
    }

    /// <summary>Decides instant by instant; false if some up to now remain.</summary>
    private bool Decide()
    {
        for (long steps = 0; _sources.Next is { } due && due <= _now;)
        {
            _first ??= due;
            var decision = Decision(due);
            if (!decision.IsRun && ++steps > _facts.MaxSteps && _rows.IsCompressing)
            {
                if (!Jump(due, steps))
                {
                    return false;
                }

                continue;
            }

            if (!_rows.TryAdd(decision))
            {
                return false;
            }

            _position = due;
            _startDecided |= _sources.Decided(due, decision.IsRun);
        }

        return true;
    }

    private FireDecision Decision(DateTimeOffset due)
    {
        var (excluded, onlyAfter, start) = _sources.At(due);
        if (excluded)
        {
            return new FireDecision(due, Verdict.SkippedCalendar);
        }

        var maxLive = onlyAfter ? 1 : Math.Max(1, _job.Definition.Overlap.MaxLive);
        if (start)
        {
            return new FireDecision(due, Verdict.Enqueued, maxLive);
        }

        var paused = IsPaused(due);
        var wanted = !paused && due >= _onTimeFrom ? Verdict.Enqueued : Verdict.CaughtUp;
        var runs = wanted == Verdict.Enqueued || (due >= _windowStart && _mode switch
        {
            CatchUpMode.All => true,
            CatchUpMode.Last => due == Latest(),
            _ => false,
        });
        return runs && (!_onlyLatest || due == Latest())
            ? new FireDecision(due, wanted, maxLive)
            : new FireDecision(due, paused ? Verdict.SkippedPaused : due < _windowStart ? Verdict.Missed : Verdict.Superseded);
    }

    /// <summary>Jumps to where the verdict may change; false if a schedule cannot be asked backwards.</summary>
    private bool Jump(DateTimeOffset due, long steps)
    {
        if (!_sources.CanJump)
        {
            return false;
        }

        var end = _sources.NextSingle is { } single && single <= _now ? single : _now + Tick;
        ReadOnlySpan<DateTimeOffset?> edges = [_windowStart, _onTimeFrom, _mode == CatchUpMode.Last || _onlyLatest ? Latest() : null];
        foreach (var edge in edges)
        {
            end = edge > due && edge < end ? edge.Value : end;
        }

        foreach (var paused in _facts.Paused)
        {
            end = paused.From >= due && paused.From + Tick < end ? paused.From + Tick : end;
            end = paused.Until >= due && paused.Until + Tick < end ? paused.Until + Tick : end;
        }

        var verdict = IsPaused(due) ? Verdict.SkippedPaused : due < _windowStart ? Verdict.Missed : Verdict.Superseded;
        var last = _sources.Latest(end, due, evenExcluded: true) ?? due;
        var perTick = (steps - 1) / Math.Max(1, (double)(due - _first!.Value).Ticks);
        var count = last == due ? 1 : Math.Max(2, (long)Math.Round(((last - due).Ticks * perTick) + 1));
        if (!_rows.TryAdd(new FireDecision(due, verdict, Until: last, Count: count)))
        {
            return false;
        }

        _position = last;
        _sources.MoveTo(_position);
        return true;
    }

    private bool IsPaused(DateTimeOffset due)
    {
        foreach (var paused in _facts.Paused)
        {
            if (due > paused.From && due <= paused.Until)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The latest instant up to now that could run; whatever else is late is dropped in its favour.</summary>
    private DateTimeOffset? Latest()
    {
        if (!_latestKnown)
        {
            _latest = _sources.Latest(_now + Tick, _windowStart, evenExcluded: false);
            _latestKnown = true;
        }

        return _latest;
    }
}
