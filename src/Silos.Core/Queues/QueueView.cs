using Silos.Jobs;
using Silos.Stores;

namespace Silos.Queues;

/// <summary>A queue with settings and depth.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Pause">Who paused it and why, or null.</param>
/// <param name="Limits">Its limits.</param>
/// <param name="Depth">How full it is.</param>
public sealed record QueueView(QueueKey Queue, Pause? Pause, QueueLimits Limits, QueueDepth Depth);

/// <summary>How much of a queue may run.</summary>
public sealed record QueueLimits
{
    /// <summary>No limits, weight 1.</summary>
    public static QueueLimits None { get; } = new();

    /// <summary>Gets how many of its runs may execute at once; null for no limit.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Gets how many starts are allowed per <see cref="RateInterval"/> on average (token bucket); null for no limit.</summary>
    public int? Rate { get; init; }

    /// <summary>Gets the interval of <see cref="Rate"/>. Default: 1 second.</summary>
    public TimeSpan RateInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how many starts may come at once before the rate bites. Default: the rate.</summary>
    public int? Burst { get; init; }

    /// <summary>Gets its share of slots when queues compete: weight 2 gets twice as many starts as weight 1. Default: 1.</summary>
    public int Weight { get; init; } = 1;
}

/// <summary>A queue's settings as stored (kind <c>queue</c>).</summary>
/// <param name="Pause">Who paused it and why, or null.</param>
/// <param name="Limits">Its limits.</param>
public sealed record QueueSettings(Pause? Pause, QueueLimits Limits)
{
    /// <summary>Not paused, no limits.</summary>
    public static QueueSettings Default { get; } = new(null, QueueLimits.None);
}
