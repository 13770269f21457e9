namespace Silos.Engine.Jobs;

/// <summary>Orders the versions of deployments, so that <c>1.10.0</c> is newer than <c>1.9.2</c>.</summary>
internal static class DeploymentVersions
{
    /// <summary>Compares runs of digits by value and everything else ordinally; no version at all is the oldest.</summary>
    public static int Compare(string left, string right)
    {
        int i = 0, j = 0;
        while (i < left.Length && j < right.Length)
        {
            var a = Part(left, ref i);
            var b = Part(right, ref j);
            var numbers = char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0]);
            if (numbers)
            {
                a = a.TrimStart('0');
                b = b.TrimStart('0');
            }

            var order = numbers && a.Length != b.Length
                ? a.Length.CompareTo(b.Length)
                : a.CompareTo(b, StringComparison.Ordinal);
            if (order != 0)
            {
                return order;
            }
        }

        return (left.Length - i).CompareTo(right.Length - j);
    }

    private static ReadOnlySpan<char> Part(string text, ref int at)
    {
        var start = at;
        var digits = char.IsAsciiDigit(text[at]);
        while (at < text.Length && char.IsAsciiDigit(text[at]) == digits)
        {
            at++;
        }

        return text.AsSpan(start, at - start);
    }
}
