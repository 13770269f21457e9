namespace Silos.Schedules;

/// <summary>Finds the instants at which a pattern is due on a zone's clock.</summary>
/// <remarks>Walks the zone's segments in order. Inside one, local time and instants differ by a constant, so the pattern
/// answers alone; what a declared rule decides happens only where a segment begins.</remarks>
/// <param name="Pattern">The local times.</param>
/// <param name="Clock">The zone's offsets.</param>
/// <param name="AfterGap">Whether a time that a gap skips is due at the first instant after the gap.</param>
/// <param name="Once">Whether a time that comes twice is due only the first time.</param>
internal readonly record struct ZonedSearch(CronPattern Pattern, ZoneClock Clock, bool AfterGap, bool Once)
{
    private const long None = CronPattern.None;

    // Local time is never further than this from UTC, and clocks never change by more than a day.
    private const int LargestOffset = 16 * 3600;
    private const int LargestChange = 2 * 86_400;

    /// <summary>Finds the first due instant at or after the given one; -1 if there is none.</summary>
    public long Next(long second)
    {
        while (second < CronPattern.End)
        {
            ref readonly var segment = ref Clock.At(second);
            if (second == segment.Start && IsMovedToStart(segment))
            {
                return second;
            }

            var from = second + segment.Offset;
            if (Once && segment.BeginsWithOverlap)
            {
                from = Math.Max(from, segment.OverlapEnd);
            }

            var local = Pattern.Next(from);
            if (local != None && local < segment.LocalEnd)
            {
                var instant = local - segment.Offset;
                return instant is >= 0 and < CronPattern.End ? instant : None;
            }

            // Far from the next change, nothing before the match can match either, so skip the years until then.
            var far = segment.End - second > LargestChange;
            if (far && local == None)
            {
                return None;
            }

            second = far ? Math.Max(segment.End, local - LargestOffset) : segment.End;
        }

        return None;
    }

    /// <summary>Finds the last due instant at or before the given one; -1 if there is none.</summary>
    public long Previous(long second)
    {
        while (second >= 0)
        {
            ref readonly var segment = ref Clock.At(second);
            var first = Once && segment.BeginsWithOverlap ? segment.OverlapEnd : segment.LocalStart;
            var local = Pattern.Previous(second + segment.Offset);
            if (local != None && local >= first)
            {
                var instant = local - segment.Offset;
                return instant is >= 0 and < CronPattern.End ? instant : None;
            }

            if (IsMovedToStart(segment))
            {
                return segment.Start;
            }

            var far = second - segment.Start > LargestChange;
            if (far && local == None)
            {
                return None;
            }

            second = far ? Math.Min(segment.Start - 1, local + LargestOffset) : segment.Start - 1;
        }

        return None;
    }

    /// <summary>Tells whether a time that the gap at the segment's start skips is due there instead.</summary>
    public bool IsMovedToStart(in ZoneSegment segment) =>
        AfterGap
        && segment.BeginsWithGap
        && Pattern.Next(segment.GapStart) is var local and not None
        && local < segment.LocalStart;
}
