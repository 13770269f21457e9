using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Jobs;

/// <summary>Collects problems of fields; every message names the field, the value and what would be right.</summary>
internal sealed class FieldCheck
{
    private const int MostTags = 100;
    private const int LongestKey = 200;
    private static readonly TimeSpan Century = TimeSpan.FromDays(36_525);

    private readonly List<FieldProblem> _problems = [];

    /// <summary>Gets what was found.</summary>
    public IReadOnlyList<FieldProblem> Problems => _problems;

    /// <summary>Throws what was found, if anything was.</summary>
    public void Throw()
    {
        if (_problems.Count > 0)
        {
            throw new InvalidException(_problems);
        }
    }

    public void Add(FieldProblem problem) => _problems.Add(problem);

    public void Add(string field, object? value, string problem) =>
        _problems.Add(new FieldProblem(field, FieldProblem.Shorten(value), problem));

    public void Name(string field, string? value)
    {
        if (!Names.IsValid(value, out var problem))
        {
            Add(field, value, problem);
        }
    }

    /// <param name="handlers">The handlers.</param>
    /// <param name="key">What was given.</param>
    /// <param name="own">Whether Silos itself asks, which may name the reserved ones.</param>
    public void Handler(HandlerRegistry handlers, string? key, bool own = false)
    {
        if (!Names.IsValid(key, out var problem))
        {
            Add("handler", key, problem);
        }
        else if (handlers.FindOrRemember(key) is not { } handler)
        {
            Add("handler", null, $"is unknown: {HandlerRegistry.Missing(key)}");
        }
        else if (handler.Reserved && !own)
        {
            Add("handler", key, "must be another: this one is reserved for the messages of Silos, which asks for its runs itself");
        }
    }

    public void Text(string field, string? value, int longest)
    {
        if (value?.Length > longest)
        {
            Add(field, value, $"must have at most {longest} characters, not {value.Length}");
        }
        else if (value is not null && RunError.Storable(value, longest) != value)
        {
            Add(field, value, "must not contain NUL or unpaired surrogates");
        }
    }

    public void Key(string field, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (value.Length is 0 or > LongestKey)
        {
            Add(field, value, $"must have 1 to {LongestKey} characters, not {value.Length}");
        }
        else
        {
            Text(field, value, LongestKey);
        }
    }

    public void Between(string field, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            Add(field, value, $"must be between {least} and {most}");
        }
    }

    public void AtLeast(string field, int? value, int least)
    {
        if (value < least)
        {
            Add(field, value, $"must be at least {least}");
        }
    }

    public void Positive(string field, TimeSpan? value)
    {
        if (value is { } span && span != Timeout.InfiniteTimeSpan && (span <= TimeSpan.Zero || span > Century))
        {
            Add(field, span, "must be above zero and at most 100 years");
        }
    }

    public void NotNegative(string field, TimeSpan? value)
    {
        if (value < TimeSpan.Zero || value > Century)
        {
            Add(field, value, "must not be negative and at most 100 years");
        }
    }

    public void Retry(string field, RetryPolicy? retry)
    {
        if (retry is null)
        {
            return;
        }

        Between($"{field}.maxAttempts", retry.MaxAttempts, 1, 1_000);
        NotNegative($"{field}.initialInterval", retry.InitialInterval);
        NotNegative($"{field}.maxInterval", retry.MaxInterval);
        if (!(retry.Coefficient >= 1) || double.IsInfinity(retry.Coefficient))
        {
            Add($"{field}.coefficient", retry.Coefficient, "must be a number of at least 1");
        }
    }

    public void Attempts(string field, int? value)
    {
        if (value is { } attempts)
        {
            Between(field, attempts, 1, 1_000);
        }
    }

    public void Tags(string field, IReadOnlyList<string> tags)
    {
        if (tags.Count > MostTags)
        {
            Add(field, tags.Count, $"must be at most {MostTags}");
        }

        for (var i = 0; i < tags.Count && i < MostTags; i++)
        {
            Name($"{field}[{i}]", tags[i]);
        }
    }

    public void Known<T>(string field, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Add(field, value, $"must be one of {string.Join(", ", Enum.GetNames<T>())}");
        }
    }
}
