namespace Silos.Schedules;

/// <summary>A stretch of time during which a zone's clock shows one offset. All in
/// seconds, instants since 0001-01-01 UTC.</summary>
/// <param name="Start">The first instant: where clocks changed, or merely where the table begins.</param>
/// <param name="End">The first instant no longer in it.</param>
/// <param name="Offset">Local time minus UTC.</param>
/// <param name="Before">The offset just before <paramref name="Start"/>; the same if clocks did not change there.</param>
internal readonly record struct ZoneSegment(long Start, long End, int Offset, int Before)
{
    /// <summary>Gets whether local time jumped forward at the start, from
    /// <see cref="GapStart"/> to <see cref="LocalStart"/>.</summary>
    public bool BeginsWithGap => Offset > Before;

    /// <summary>Gets whether local time jumped back at the start: what is before
    /// <see cref="OverlapEnd"/> comes a second time.</summary>
    public bool BeginsWithOverlap => Offset < Before;

    /// <summary>Gets the local time at the start, by the new offset.</summary>
    public long LocalStart => Start + Offset;

    /// <summary>Gets the first local time that a gap skips.</summary>
    public long GapStart => Start + Before;

    /// <summary>Gets the first local time after an overlap that comes only once.</summary>
    public long OverlapEnd => Start + Before;

    /// <summary>Gets the first local time that is no longer shown.</summary>
    public long LocalEnd => End + Offset;
}
