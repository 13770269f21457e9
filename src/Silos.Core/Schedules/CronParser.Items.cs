namespace Silos.Schedules;

/// <content>One item of a field's list.</content>
internal ref partial struct CronParser
{
    private bool TryReadItem(ref CronField field)
    {
        switch (Peek())
        {
            case '*':
                _at++;
                return TryAddRange(ref field, field.Unit.Minimum(), field.Unit.Maximum());
            case '?':
                return TryReadQuestionMark(ref field);
            case 'H' or 'h':
                return TryReadHash(ref field);
            case 'L' or 'l' when field.Unit == CronUnit.DayOfMonth:
                return TryReadFromEnd(ref field);
            case 'L' or 'l' when field.Unit == CronUnit.DayOfWeek:
                return Fail(field.Unit, _at,
                    "'L' needs a day before it: FRIL is the last Friday of the month; write SAT for every Saturday.");
        }

        var start = _at;
        if (!TryReadValue(field.Unit, out var from))
        {
            return false;
        }

        switch (Peek())
        {
            case 'W' or 'w' when field.Unit == CronUnit.DayOfMonth:
                _at++;
                field.Nearest |= 1U << from;
                return true;
            case 'L' or 'l' when field.Unit == CronUnit.DayOfWeek:
                _at++;
                field.Last |= 1U << (from % 7);
                return true;
            case '#' when field.Unit == CronUnit.DayOfWeek:
                _at++;
                if (!TryReadNumber(field.Unit, 1, 5, "which of them in the month, 1 to 5", out var nth))
                {
                    return false;
                }

                field.Nth |= 1UL << ((from % 7 * 5) + nth - 1);
                return true;
            case '-':
                _at++;
                return TryReadValue(field.Unit, out var to) && TryAddWrapping(ref field, from, to, start);
            case '/':
                return TryAddRange(ref field, SundayIsZero(field.Unit, from), field.Unit.Maximum());
            default:
                from = SundayIsZero(field.Unit, from);
                field.Add(from, from, 1);
                return true;
        }
    }

    private static int SundayIsZero(CronUnit unit, int value) => unit == CronUnit.DayOfWeek ? value % 7 : value;

    private bool TryAddWrapping(ref CronField field, int from, int to, int start)
    {
        if (field.Unit == CronUnit.DayOfWeek && from == 7)
        {
            (from, to) = (0, to == 7 ? 0 : to);
        }

        if (to < from)
        {
            if (field.Unit == CronUnit.Year)
            {
                return Fail(field.Unit, start, $"the range {from}-{to} runs backwards; write {to}-{from}.");
            }

            to += field.Unit.Maximum() - field.Unit.Minimum() + 1;
        }

        return TryAddRange(ref field, from, to);
    }

    private bool TryReadQuestionMark(ref CronField field)
    {
        if (field.Unit is not (CronUnit.DayOfMonth or CronUnit.DayOfWeek))
        {
            return Fail(field.Unit, _at, "'?' is only for day of month and day of week; write '*'.");
        }

        if (field.Bits != 0 || (field.Last | field.Nearest | field.NearestFromEnd) != 0 || field.Nth != 0)
        {
            return Fail(field.Unit, _at, "'?' stands alone; remove the rest of the list.");
        }

        _at++;
        field.QuestionMark = true;
        field.Add(field.Unit.Minimum(), field.Unit.Maximum(), 1);
        return true;
    }

    /// <summary>Reads <c>L</c>, <c>L-3</c>, <c>LW</c> or <c>L-3W</c>.</summary>
    private bool TryReadFromEnd(ref CronField field)
    {
        _at++;
        var before = 0;
        if (Peek() == '-')
        {
            _at++;
            if (!TryReadNumber(field.Unit, 0, 30, "how many days before the last one, 0 to 30", out before))
            {
                return false;
            }
        }

        if (Peek() is 'W' or 'w')
        {
            _at++;
            field.NearestFromEnd |= 1U << before;
        }
        else
        {
            field.Last |= 1U << before;
        }

        return true;
    }

    /// <summary>Reads <c>H</c>, <c>H/15</c>, <c>H(0-29)</c> or <c>H(0-29)/10</c>.</summary>
    private bool TryReadHash(ref CronField field)
    {
        _at++;
        var from = field.Unit.Minimum();
        var to = field.Unit.Maximum();
        var bounded = Peek() == '(';
        if (bounded)
        {
            var start = _at++;
            if (!TryReadValue(field.Unit, out from))
            {
                return false;
            }

            if (Peek() != '-')
            {
                return Fail(field.Unit, _at, $"'{Rest()}' is not expected here; write a range like H(0-29).");
            }

            _at++;
            if (!TryReadValue(field.Unit, out to))
            {
                return false;
            }

            if (Peek() != ')' || to < from || to > field.Unit.Maximum())
            {
                return Fail(field.Unit, start,
                    $"'{Rest(start)}' is not a range for H; write a range like H(0-29), lower value first.");
            }

            _at++;
        }

        var hash = StableHash.Mix(StableHash.Of(_seed), (ulong)field.Unit);
        if (Peek() != '/')
        {
            // Every month has a 28th.
            to = field.Unit == CronUnit.DayOfMonth && !bounded ? 28 : to;
            var value = from + StableHash.Below(hash, to - from + 1);
            field.Add(value, value, 1);
            return true;
        }

        if (!TryReadStep(field.Unit, to - from + 1, out var step))
        {
            return false;
        }

        field.IntervalLike = true;
        field.Add(from + StableHash.Below(hash, step), to, step);
        return true;
    }

    private bool TryAddRange(ref CronField field, int from, int to)
    {
        var step = 1;
        if (Peek() == '/' && !TryReadStep(field.Unit, field.Unit.Maximum() - field.Unit.Minimum() + 1, out step))
        {
            return false;
        }

        field.IntervalLike = true;
        field.Add(from, to, step);
        return true;
    }

    private bool TryReadStep(CronUnit unit, int most, out int step)
    {
        _at++;
        return TryReadNumber(unit, 1, most, $"a step, 1 to {most}", out step);
    }

    private bool TryReadValue(CronUnit unit, out int value)
    {
        if (_at < _end && char.IsAsciiLetter(_text[_at]))
        {
            value = _at + 3 <= _end ? unit.ValueOf(_text.Slice(_at, 3)) : -1;
            if (value < 0)
            {
                return Fail(unit, _at, $"'{Rest()}' is not understood; write {unit.Allowed()}.");
            }

            _at += 3;
            return true;
        }

        var most = unit == CronUnit.DayOfWeek ? 7 : unit.Maximum();
        return TryReadNumber(unit, unit.Minimum(), most, unit.Allowed(), out value);
    }

    private bool TryReadNumber(CronUnit unit, int least, int most, string allowed, out int value)
    {
        var start = _at;
        value = 0;
        while (_at < _end && char.IsAsciiDigit(_text[_at]))
        {
            value = Math.Min((value * 10) + _text[_at] - '0', 1_000_000);
            _at++;
        }

        if (_at == start)
        {
            return Fail(unit, start, start == _end
                ? $"a value is missing; write {allowed}."
                : $"'{Rest()}' is not understood; write {allowed}.");
        }

        return (value >= least && value <= most)
            || Fail(unit, start, $"{_text[start.._at].ToString()} is out of range; write {allowed}.");
    }
}
