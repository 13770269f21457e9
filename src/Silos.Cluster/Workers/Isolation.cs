using Microsoft.Extensions.DependencyInjection;
using Silos.Engine;

namespace Silos.Cluster.Workers;

/// <summary>How long nobody has been heard, counted from when somebody was asked: for so long the others may have taken this silo for dead.</summary>
internal sealed class Isolation([FromKeyedServices(SilosClock.Key)] TimeProvider clock)
{
    /// <summary>From then on this silo must assume that the others have given it up.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>From then on the store is asked as well.</summary>
    public static readonly TimeSpan Doubtful = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private long _askedAt = clock.GetTimestamp();

    /// <summary>Gets for how long nobody has answered.</summary>
    public TimeSpan Lasts
    {
        get
        {
            lock (_lock)
            {
                return clock.GetElapsedTime(_askedAt);
            }
        }
    }

    /// <summary>Takes the time before somebody is asked.</summary>
    public long Mark() => clock.GetTimestamp();

    /// <summary>Somebody answered. What was asked before a pause of the process says nothing about the time after it.</summary>
    /// <param name="askedAt">Taken before.</param>
    public void Heard(long askedAt)
    {
        lock (_lock)
        {
            _askedAt = Math.Max(_askedAt, askedAt);
        }
    }
}
