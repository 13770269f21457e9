using System.Diagnostics.CodeAnalysis;

namespace Silos;

/// <summary>The one rule for every name a person chooses: of tenants, jobs, queues, handlers and steps.</summary>
/// <remarks>
/// 1 to <see cref="MaxLength"/> characters, no <c>/</c> (it separates tenant and name), no control characters (which
/// covers NUL, that PostgreSQL cannot store), no unpaired surrogates, no white space at either end. Spaces inside are fine.
/// </remarks>
public static class Names
{
    /// <summary>The longest name accepted, in UTF-16 characters, so that keys stay cheap to index.</summary>
    public const int MaxLength = 100;

    /// <summary>Tells whether <paramref name="text"/> is a name; if not, <paramref name="problem"/> says why in one clause.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text, [NotNullWhen(false)] out string? problem)
    {
        problem = Problem(text);
        return problem is null;
    }

    private static string? Problem(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "must not be empty";
        }

        if (text.Length > MaxLength)
        {
            return $"must have at most {MaxLength} characters, not {text.Length}";
        }

        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            return "must not begin or end with white space";
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '/')
            {
                return "must not contain '/'";
            }

            if (char.IsControl(c))
            {
                return $"must not contain control characters (U+{(int)c:X4} at position {i})";
            }

            if (char.IsSurrogate(c))
            {
                if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                {
                    i++;
                    continue;
                }

                return $"must not contain an unpaired surrogate (position {i})";
            }
        }

        return null;
    }
}
