using System.Text;

namespace Silos.Client.Json;

/// <summary>Enumerations as words: <c>QueueOne</c> is <c>queue_one</c>; <c>queue-one</c> and any case are read, too.</summary>
internal static class Words
{
    /// <summary>Reads a word.</summary>
    public static bool TryParse<T>(string text, out T value)
        where T : struct, Enum
    {
        var index = Array.FindIndex(Of<T>.Texts, word => Same(word, text));
        value = index < 0 ? default : Of<T>.Values[index];
        return index >= 0;
    }

    /// <summary>Reads a word that is known to be one.</summary>
    public static T Parse<T>(string text)
        where T : struct, Enum =>
        TryParse<T>(text, out var value) ? value : throw new InvalidException("word", text, $"must be one of {List<T>()}");

    /// <summary>Writes a value.</summary>
    public static string Text<T>(T value)
        where T : struct, Enum
    {
        var index = Array.IndexOf(Of<T>.Values, value);
        return index < 0 ? throw new ArgumentOutOfRangeException(nameof(value), value, null) : Of<T>.Texts[index];
    }

    /// <summary>Lists what there is: <c>skip, queue_one</c>.</summary>
    public static string List<T>()
        where T : struct, Enum => string.Join(", ", Of<T>.Texts);

    /// <summary>Counts how many letters differ, to guess what somebody meant; at most 3 is told apart.</summary>
    public static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2 || a.Length > 40 || b.Length > 40)
        {
            return 3;
        }

        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + same);
            }

            previous = current;
        }

        return Math.Min(3, previous[^1]);
    }

    private static bool Same(string word, string text)
    {
        if (word.Length != text.Length)
        {
            return false;
        }

        for (var i = 0; i < word.Length; i++)
        {
            var c = text[i] == '-' ? '_' : char.ToLowerInvariant(text[i]);
            if (c != word[i])
            {
                return false;
            }
        }

        return true;
    }

    private static class Of<T>
        where T : struct, Enum
    {
        public static readonly T[] Values = Enum.GetValues<T>();
        public static readonly string[] Texts = [.. Enum.GetNames<T>().Select(Snake)];

        private static string Snake(string name)
        {
            var text = new StringBuilder();
            foreach (var c in name)
            {
                if (char.IsUpper(c) && text.Length > 0)
                {
                    text.Append('_');
                }

                text.Append(char.ToLowerInvariant(c));
            }

            return text.ToString();
        }
    }
}
