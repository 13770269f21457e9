using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Silos.Schedules;

/// <summary>Reads a cron expression field by field; the first mistake ends it and becomes <see cref="Problem"/>.</summary>
internal ref partial struct CronParser
{
    private const int FewestFields = 5;
    private const int MostFields = 7;
    private const int YearWords = 4;

    private readonly ReadOnlySpan<char> _text;
    private readonly ReadOnlySpan<char> _seed;
    private int _at;
    private int _end;

    /// <param name="text">The expression.</param>
    /// <param name="seed">What <c>H</c> hashes.</param>
    public CronParser(ReadOnlySpan<char> text, ReadOnlySpan<char> seed)
    {
        _text = text;
        _seed = seed;
    }

    public ScheduleProblem? Problem { get; private set; }

    public bool IntervalLike { get; private set; }

    public bool TryParse([NotNullWhen(true)] out CronPattern? pattern)
    {
        pattern = null;
        Span<Range> fields = stackalloc Range[MostFields];
        if (!TrySplit(fields, out var count))
        {
            return false;
        }

        var withSeconds = count > FewestFields ? 1 : 0;
        var second = new CronField(CronUnit.Second, null);
        if (withSeconds == 0)
        {
            second.Add(0, 0, 1);
        }

        var minute = new CronField(CronUnit.Minute, null);
        var hour = new CronField(CronUnit.Hour, null);
        var dayOfMonth = new CronField(CronUnit.DayOfMonth, null);
        var month = new CronField(CronUnit.Month, null);
        var dayOfWeek = new CronField(CronUnit.DayOfWeek, null);
        var year = new CronField(CronUnit.Year, count == MostFields ? new ulong[YearWords] : null);
        if ((withSeconds == 1 && !TryRead(ref second, fields[0]))
            || !TryRead(ref minute, fields[withSeconds])
            || !TryRead(ref hour, fields[withSeconds + 1])
            || !TryRead(ref dayOfMonth, fields[withSeconds + 2])
            || !TryRead(ref month, fields[withSeconds + 3])
            || !TryRead(ref dayOfWeek, fields[withSeconds + 4])
            || (count == MostFields && !TryRead(ref year, fields[withSeconds + 5])))
        {
            return false;
        }

        if (dayOfMonth.QuestionMark && dayOfWeek.QuestionMark)
        {
            return Fail(CronUnit.DayOfWeek, fields[withSeconds + 4].Start.Value,
                "'?' means that the other day field decides, so only one of them can be '?'; write '*' here.");
        }

        IntervalLike = minute.IntervalLike || hour.IntervalLike;
        var days = new CronDays
        {
            DaysOfMonth = (uint)dayOfMonth.Bits,
            FromEnd = dayOfMonth.Last,
            Nearest = dayOfMonth.Nearest,
            NearestFromEnd = dayOfMonth.NearestFromEnd,
            DaysOfWeek = (uint)dayOfWeek.Bits,
            Last = dayOfWeek.Last,
            Nth = dayOfWeek.Nth,
            Either = !dayOfMonth.Star && !dayOfWeek.Star,
        };
        pattern = new CronPattern(
            new CronTimes(second.Bits, minute.Bits, hour.Bits),
            days,
            (uint)month.Bits,
            year.Star && IsFull(year) ? null : year.Years);
        if (pattern.CanMatch())
        {
            return true;
        }

        pattern = null;
        return Fail(CronUnit.DayOfMonth, fields[withSeconds + 2].Start.Value,
            $"no date ever fits '{_text[fields[withSeconds + 2].Start.Value..fields[count - 1].End.Value]}'; "
            + "write a day that exists in one of these months and years.");
    }

    private static bool IsFull(in CronField year)
    {
        for (var value = 0; value <= CronUnits.LastYear - CronUnits.FirstYear; value++)
        {
            if ((year.Years![value >> 6] >> (value & 63) & 1) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool TrySplit(scoped Span<Range> fields, out int count)
    {
        count = 0;
        for (var i = 0; i < _text.Length;)
        {
            if (_text[i] is ' ' or '\t')
            {
                i++;
                continue;
            }

            var start = i;
            while (i < _text.Length && _text[i] is not (' ' or '\t'))
            {
                i++;
            }

            if (count < fields.Length)
            {
                fields[count] = start..i;
            }

            count++;
        }

        return count is >= FewestFields and <= MostFields
            || Fail("expression", count < FewestFields ? _text.TrimEnd().Length : fields[MostFields - 1].End.Value,
                $"'{_text}' has {count} {(count == 1 ? "field" : "fields")}; a cron expression has 5 "
                + "(minute, hour, day of month, month, day of week), 6 (seconds in front) or 7 (a year at the end).");
    }

    private bool TryRead(ref CronField field, Range range)
    {
        _at = range.Start.Value;
        _end = range.End.Value;
        if (Peek() is '*' or '?')
        {
            field.Star = true;
        }

        while (TryReadItem(ref field))
        {
            if (_at == _end)
            {
                return true;
            }

            if (_text[_at] != ',')
            {
                return Fail(field.Unit, _at, $"'{Rest()}' is not expected here; separate values with ','.");
            }

            if (field.QuestionMark)
            {
                return Fail(field.Unit, _at, "'?' stands alone; remove the rest of the list.");
            }

            _at++;
        }

        return false;
    }

    private readonly char Peek() => _at < _end ? _text[_at] : '\0';

    private readonly string Rest() => Rest(_at);

    private readonly string Rest(int from) => _text[from.._end].ToString();

    private bool Fail(CronUnit unit, int position, string message) => Fail(unit.Name(), position, message);

    private bool Fail(string field, int position, string message)
    {
        Problem = new ScheduleProblem(
            string.Create(CultureInfo.InvariantCulture, $"{field}: {message}"), position, field);
        return false;
    }
}
