using System.Runtime.CompilerServices;

namespace Silos.Schedules;

/// <summary>A zone's offsets as a table: from which instant to which one the clock shows which offset.</summary>
/// <remarks>
/// The table is found by asking <see cref="TimeZoneInfo.GetUtcOffset(DateTime)"/> about instants only. The other
/// direction (is this local time invalid, is it ambiguous?) is answered wrongly by .NET for zones whose daylight
/// saving is negative or was abolished, such as Europe/Dublin and Africa/Casablanca.
/// Blocks of about eight years are filled when first asked for: a quarter of a millisecond each, then for ever.
/// </remarks>
internal sealed class ZoneClock
{
    private const int BlockBits = 28;
    private const int SecondsPerDay = 86_400;

    // A transition this shortly before a block still matters in it: the repeated hour may reach over the border.
    private const int LookBack = 3 * SecondsPerDay;

    private static readonly ConditionalWeakTable<TimeZoneInfo, ZoneClock> Clocks = [];
    private static readonly ConditionalWeakTable<TimeZoneInfo, ZoneClock>.CreateValueCallback Create = zone => new(zone);

    private readonly TimeZoneInfo _zone;
    private readonly ZoneSegment[]? _always;
    private readonly ZoneSegment[]?[] _blocks;

    private ZoneClock(TimeZoneInfo zone)
    {
        _zone = zone;
        _blocks = [];
        if (zone.GetAdjustmentRules().Length == 0)
        {
            var offset = (int)(zone.BaseUtcOffset.Ticks / TimeSpan.TicksPerSecond);
            _always = [new ZoneSegment(0, CronPattern.End, offset, offset)];
        }
        else
        {
            _blocks = new ZoneSegment[(int)(CronPattern.End >> BlockBits) + 1][];
        }
    }

    /// <summary>Gets the table of a zone, made once an instance of the zone.</summary>
    public static ZoneClock Of(TimeZoneInfo zone) => Clocks.GetValue(zone, Create);

    /// <summary>Finds the segment that an instant lies in.</summary>
    /// <param name="second">The instant, in seconds since 0001-01-01 UTC, within the calendar.</param>
    public ref readonly ZoneSegment At(long second)
    {
        if (_always is not null)
        {
            return ref _always[0];
        }

        var segments = _blocks[(int)(second >> BlockBits)] ?? Fill((int)(second >> BlockBits));
        var low = 0;
        var high = segments.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >> 1;
            if (segments[middle].Start <= second)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ref segments[low];
    }

    /// <summary>Tells whether the local time of an instant is shown twice, because clocks go back just before or after.</summary>
    /// <param name="second">The instant, in seconds since 0001-01-01 UTC, within the calendar.</param>
    public bool ComesTwice(long second)
    {
        ref readonly var segment = ref At(second);
        if (segment.BeginsWithOverlap && second + segment.Offset < segment.OverlapEnd)
        {
            return true;
        }

        if (segment.End >= CronPattern.End)
        {
            return false;
        }

        ref readonly var next = ref At(segment.End);
        return next.Start == segment.End && next.BeginsWithOverlap && second + segment.Offset >= next.LocalStart;
    }

    private ZoneSegment[] Fill(int block)
    {
        var blockStart = (long)block << BlockBits;
        var blockEnd = Math.Min((long)(block + 1) << BlockBits, CronPattern.End);
        var segments = new List<ZoneSegment>();
        var start = Math.Max(blockStart - LookBack, 0);
        var offset = OffsetAt(start);
        var before = offset;
        for (var sample = start; sample < blockEnd - 1;)
        {
            var next = Math.Min(sample + SecondsPerDay, blockEnd - 1);
            var offsetAtNext = OffsetAt(next);
            while (offset != offsetAtNext)
            {
                var transition = FirstWithOtherOffset(sample, next, offset);
                segments.Add(new ZoneSegment(start, transition, offset, before));
                (before, offset) = (offset, OffsetAt(transition));
                sample = start = transition;
            }

            sample = next;
        }

        segments.Add(new ZoneSegment(start, blockEnd, offset, before));
        segments.RemoveAll(segment => segment.End <= blockStart);
        ZoneSegment[] filled = [.. segments];
        Volatile.Write(ref _blocks[block], filled);
        return filled;
    }

    /// <summary>Bisects to the first instant in (low, high] whose offset is not the given one.</summary>
    private long FirstWithOtherOffset(long low, long high, int offset)
    {
        while (high - low > 1)
        {
            var middle = (low + high) >> 1;
            if (OffsetAt(middle) == offset)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    private int OffsetAt(long second)
    {
        var instant = new DateTime(second * TimeSpan.TicksPerSecond, DateTimeKind.Utc);
        return (int)(_zone.GetUtcOffset(instant).Ticks / TimeSpan.TicksPerSecond);
    }
}
