namespace Silos.Cluster.Time;

/// <summary>One look at the other clock, between two looks at ours.</summary>
/// <param name="Before">Ours, before the question was sent.</param>
/// <param name="There">The other one, at some instant between.</param>
/// <param name="After">Ours, when the answer had come.</param>
internal sealed record ClockReading(DateTimeOffset Before, DateTimeOffset There, DateTimeOffset After)
{
    /// <summary>Gets how long question and answer took.</summary>
    public TimeSpan RoundTrip => After - Before;

    /// <summary>Gets by how much ours is behind (or, negative, ahead) if question and answer took equally long.</summary>
    public TimeSpan Error => There - (Before + RoundTrip / 2);
}
