using System.Globalization;
using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Schedules;

namespace Silos.Web.Http;

/// <summary>Reads a query strictly: unknown parameters and parameters given twice are refused, and every problem is told at once.</summary>
internal sealed class QueryFields(IQueryCollection query)
{
    private readonly List<FieldProblem> _problems = [];
    private readonly List<string> _asked = [];

    /// <summary>Gets the problems, for readers that add their own.</summary>
    public List<FieldProblem> Problems => _problems;

    /// <summary>Reads text.</summary>
    public string? Text(string name, int longest = 200)
    {
        _asked.Add(name);
        if (!query.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values.Count != 1)
        {
            Report(name, null, "must be given only once");
            return null;
        }

        var text = values[0] ?? string.Empty;
        if (text.Length > longest)
        {
            Report(name, text, $"must have at most {longest} characters, not {text.Length}");
            return null;
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            Report(name, text, "must not contain NUL (U+0000)");
            return null;
        }

        return text;
    }

    /// <summary>Reads a parameter that may be given several times.</summary>
    public IReadOnlyList<string> Several(string name, int most)
    {
        _asked.Add(name);
        var values = query[name];
        if (values.Count > most)
        {
            Report(name, null, $"must be given at most {most} times, not {values.Count}");
            return [];
        }

        return [.. values.OfType<string>()];
    }

    /// <summary>Reads a whole number.</summary>
    public int Number(string name, int least, int most, int otherwise)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        Report(name, text, $"must be a whole number between {least} and {most}");
        return otherwise;
    }

    /// <summary>Reads a whole number without an upper bound.</summary>
    public long? Long(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Report(name, text, "must be a whole number, 0 or more");
        return null;
    }

    /// <summary>Reads an instant.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // A '+' in a query means a space; nobody remembers that in an offset.
        if (InstantText.TryParse(text, out var instant)
            || (text.Length > 6 && text[^6] == ' ' && InstantText.TryParse($"{text[..^6]}+{text[^5..]}", out instant)))
        {
            return instant;
        }

        Report(name, text, $"must be {InstantText.Hint}");
        return null;
    }

    /// <summary>Reads a duration: <c>30s</c>, or a number of seconds, or <c>true</c> for <paramref name="most"/>.</summary>
    public TimeSpan? Wait(string name, TimeSpan most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (WaitText.TryParse(text, most, out var wait))
        {
            return wait;
        }

        Report(name, text, $"must be true, false or a duration; {DurationText.Hint}");
        return null;
    }

    /// <summary>Reads one of some words.</summary>
    public T? Word<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Words.TryParse<T>(text, out var word))
        {
            return word;
        }

        Report(name, text, $"must be one of {Words.List<T>()}");
        return null;
    }

    /// <summary>Reports something about a parameter.</summary>
    public void Report(string name, object? value, string problem, int? position = null) =>
        _problems.Add(new FieldProblem(name, FieldProblem.Shorten(value), problem, position));

    /// <summary>Reports what nobody asked for, and throws if anything is wrong.</summary>
    /// <exception cref="InvalidException">Something is wrong.</exception>
    public void Close()
    {
        foreach (var name in query.Keys)
        {
            if (!_asked.Contains(name))
            {
                Report(
                    FieldProblem.Shorten(name)!,
                    null,
                    _asked.Count == 0 ? "is not known (this address takes no parameters)" : $"is not known (known: {string.Join(", ", _asked)})");
            }
        }

        if (_problems.Count > 0)
        {
            throw new InvalidException(_problems);
        }
    }
}
