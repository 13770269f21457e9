namespace Silos.Cluster.Time;

/// <summary>What to do about a clock after some readings.</summary>
/// <param name="Error">By how much it is behind (or, negative, ahead).</param>
/// <param name="Move">How to make up for that.</param>
internal sealed record ClockDecision(TimeSpan Error, ClockMove Move)
{
    /// <summary>Behind by more than this, the machine did not go wrong but slept: time has passed and is not to be made up slowly.</summary>
    public static readonly TimeSpan Slept = TimeSpan.FromSeconds(30);

    /// <summary>Decides. The readings with the shortest round trips tell most; the median of the better half stands for all.</summary>
    /// <param name="readings">At least one.</param>
    /// <param name="first">Whether nothing depends on the clock yet.</param>
    public static ClockDecision Of(IReadOnlyCollection<ClockReading> readings, bool first)
    {
        var best = readings.OrderBy(reading => reading.RoundTrip).Take((readings.Count + 1) / 2).OrderBy(reading => reading.Error).ToList();
        var middle = best[best.Count / 2];
        var error = middle.Error;
        if (first)
        {
            return new ClockDecision(error, ClockMove.Set);
        }

        // What half a round trip may hide is no error.
        return new ClockDecision(error, error.Duration() <= middle.RoundTrip / 2 ? ClockMove.None : error > Slept ? ClockMove.Set : ClockMove.Slew);
    }
}

/// <summary>How a clock is corrected.</summary>
internal enum ClockMove
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By running faster or slower for a while.</summary>
    Slew,

    /// <summary>At once.</summary>
    Set,
}
