using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>The instants of the next minutes at which some job is due. Jobs that share one share it, and those further off cost nothing.</summary>
internal sealed class AlarmBoard : IJobAlarms
{
    private readonly Lock _lock = new();
    private readonly SortedSet<DateTimeOffset> _instants = [];
    private DateTimeOffset _horizon = DateTimeOffset.MinValue;

    /// <summary>Called when an alarm came in that rings before all others.</summary>
    public Action? Earlier { get; set; }

    /// <summary>Gets the instant up to which all alarms are known.</summary>
    public DateTimeOffset Horizon
    {
        get
        {
            lock (_lock)
            {
                return _horizon;
            }
        }
    }

    /// <summary>Gets the first alarm, or null.</summary>
    public DateTimeOffset? First
    {
        get
        {
            lock (_lock)
            {
                return _instants.Count > 0 ? _instants.Min : null;
            }
        }
    }

    /// <inheritdoc/>
    public void Planned(PlannedJob planned, JobPlanOutcome outcome)
    {
        if (planned.Plan.NextDue is { } next)
        {
            Add(next);
        }
    }

    /// <inheritdoc/>
    public void Changed(Job job)
    {
        if (job.NextDue is { } next)
        {
            Add(next);
        }
    }

    /// <summary>Notes an alarm if it lies within the horizon; what lies beyond is read when the horizon moves on.</summary>
    public void Add(DateTimeOffset at)
    {
        bool earlier;
        lock (_lock)
        {
            if (at > _horizon || !_instants.Add(at))
            {
                return;
            }

            earlier = _instants.Min == at;
        }

        if (earlier)
        {
            Earlier?.Invoke();
        }
    }

    /// <summary>
    /// Moves the horizon. To be done before the alarms up to there are read, so that one that is set meanwhile is not
    /// lost in between.
    /// </summary>
    public void Reach(DateTimeOffset horizon)
    {
        lock (_lock)
        {
            _horizon = horizon;
        }
    }

    /// <summary>Notes alarms that were read.</summary>
    public void AddRange(IEnumerable<DateTimeOffset> read)
    {
        lock (_lock)
        {
            _instants.UnionWith(read);
        }
    }

    /// <summary>Takes out the alarms up to now; true if there were any.</summary>
    public bool Ring(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _instants.RemoveWhere(at => at <= now) > 0;
        }
    }
}
