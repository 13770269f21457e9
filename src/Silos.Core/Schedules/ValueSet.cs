using System.Globalization;
using System.Numerics;

namespace Silos.Schedules;

/// <summary>The values that a field allows, looked at the way a person would describe them.</summary>
internal readonly struct ValueSet
{
    private readonly int _count;

    /// <param name="bits">The values, a bit a value.</param>
    /// <param name="minimum">The smallest value of the field.</param>
    /// <param name="count">How many values the field has before it wraps.</param>
    public ValueSet(ulong bits, int minimum, int count)
    {
        _count = count;
        Minimum = minimum;
        Values = new int[BitOperations.PopCount(bits)];
        for (var i = 0; bits != 0; i++, bits &= bits - 1)
        {
            Values[i] = BitOperations.TrailingZeroCount(bits);
        }
    }

    public int Minimum { get; }

    public int[] Values { get; }

    public bool IsFull => Values.Length == _count;

    /// <summary>Finds the distance between values when it is the same all around the clock, for
    /// <paramref name="least"/> values or more.</summary>
    public bool TryGetStep(int least, out int step)
    {
        step = Values.Length == 0 ? 0 : _count / Values.Length;
        if (Values.Length < least || step * Values.Length != _count)
        {
            return false;
        }

        for (var i = 1; i < Values.Length; i++)
        {
            if (Values[i] - Values[i - 1] != step)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Finds the first and last value when all between are there too, wrapping if need be, for
    /// <paramref name="least"/> values or more.</summary>
    public bool TryGetRange(int least, out int first, out int last)
    {
        var gaps = 0;
        first = last = 0;
        for (var i = 0; i < Values.Length; i++)
        {
            var previous = i == 0 ? Values[^1] - _count : Values[i - 1];
            if (Values[i] - previous != 1)
            {
                gaps++;
                first = Values[i];
                last = i == 0 ? Values[^1] : previous;
            }
        }

        return gaps == 1 && Values.Length >= least;
    }

    /// <summary>Lists the values: <c>1, 5 and 9</c>, and runs of three or more as <c>1 through 7</c>.</summary>
    public string List(Func<int, string>? name = null)
    {
        name ??= value => value.ToString(CultureInfo.InvariantCulture);
        var parts = new List<string>();
        for (var i = 0; i < Values.Length;)
        {
            var end = i;
            while (end + 1 < Values.Length && Values[end + 1] == Values[end] + 1)
            {
                end++;
            }

            if (end - i >= 2)
            {
                parts.Add($"{name(Values[i])} through {name(Values[end])}");
                i = end + 1;
            }
            else
            {
                parts.Add(name(Values[i++]));
            }
        }

        return Words.And(parts);
    }
}
