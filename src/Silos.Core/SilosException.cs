using System.Globalization;

namespace Silos;

/// <summary>The base of every error that Silos itself raises. Its message is meant for the person who made the call.</summary>
public abstract class SilosException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What was given is wrong in itself; the same call will always fail. HTTP 400.</summary>
public sealed class InvalidException : SilosException
{
    /// <summary>One wrong field.</summary>
    /// <param name="field">The field, as its writer knows it: <c>schedules[0].timeZone</c>.</param>
    /// <param name="value">What was given; shortened in the message.</param>
    /// <param name="problem">What is wrong and what would be right, as a clause: "must be at most 100".</param>
    public InvalidException(string field, object? value, string problem)
        : this([new FieldProblem(field, FieldProblem.Shorten(value), problem)])
    {
    }

    /// <summary>Several wrong fields, told at once.</summary>
    public InvalidException(IReadOnlyList<FieldProblem> problems)
        : base(string.Join(" ", problems.Select(p => p.ToString()))) => Problems = problems;

    /// <summary>Gets every problem found.</summary>
    public IReadOnlyList<FieldProblem> Problems { get; }
}

/// <summary>One wrong field.</summary>
/// <param name="Field">The field, as its writer knows it.</param>
/// <param name="Value">What was given, shortened.</param>
/// <param name="Problem">What is wrong and what would be right, as a clause.</param>
/// <param name="Position">0-based position inside the value where it stops making sense, if known.</param>
public sealed record FieldProblem(string Field, string? Value, string Problem, int? Position = null)
{
    private const int Longest = 60;

    /// <summary>Renders a value for a message: at most 60 characters, control characters replaced, instants as they are written (ISO 8601, UTC).</summary>
    public static string? Shorten(object? value)
    {
        if (TextOf(value) is not { } text)
        {
            return null;
        }

        var shown = text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "…") : text;
        return string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }

    private static string? TextOf(object? value) => value is DateTimeOffset instant
        ? instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)
        : value?.ToString();

    /// <inheritdoc/>
    public override string ToString()
    {
        // A problem may quote a whole sentence.
        var problem = Problem.TrimEnd('.');
        return Value is null ? $"{Field} {problem}." : $"{Field} '{Value}' {problem}.";
    }
}

/// <summary>What was named does not exist, or not for this tenant (which looks the same on purpose). HTTP 404.</summary>
public sealed class NotFoundException(string kind, string name)
    : SilosException($"There is no {kind} '{FieldProblem.Shorten(name)}'.")
{
    /// <summary>Gets what sort of thing was named: <c>job</c>, <c>run</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>Gets what it was named.</summary>
    public string Name { get; } = name;
}

/// <summary>The call is fine but the state is against it: try again later or differently. HTTP 409.</summary>
public sealed class ConflictException(string message, string code = "conflict") : SilosException(message)
{
    /// <summary>The code of a trigger refused because the job is running under overlap <c>skip</c>.</summary>
    public const string JobAlreadyRunning = "job_already_running";

    /// <summary>Gets a stable word for programs, such as <c>job_already_running</c> or <c>duplicate</c>.</summary>
    public string Code { get; } = code;
}

/// <summary>A size limit was exceeded. HTTP 413.</summary>
public sealed class TooLargeException(string field, long size, long limit)
    : SilosException($"{field} has {size} bytes; at most {limit} are accepted.")
{
    /// <summary>Gets the field that is too large.</summary>
    public string Field { get; } = field;

    /// <summary>Gets how large it is, in bytes.</summary>
    public long Size { get; } = size;

    /// <summary>Gets how large it may be, in bytes.</summary>
    public long Limit { get; } = limit;
}

/// <summary>A rate or quota was exceeded. HTTP 429.</summary>
public sealed class TooManyException(string message, TimeSpan retryAfter) : SilosException(message)
{
    /// <summary>Gets how long to wait before the next try.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>Silos cannot serve right now (starting, stopping, store away); nothing was done, or it is safe to repeat. HTTP 503.</summary>
public sealed class UnavailableException(string message, Exception? inner = null) : SilosException(message, inner);

/// <summary>The start is refused: configuration, schema or another process is in the way. The message says what to do.</summary>
public sealed class StartupException(string message, Exception? inner = null) : SilosException(message, inner)
{
    /// <summary>Gets what stands in the way, as far as a supervisor cares. Default: <see cref="StartupCause.Configuration"/>.</summary>
    public StartupCause Cause { get; init; }
}

/// <summary>What stands in the way of a start.</summary>
public enum StartupCause
{
    /// <summary>Something that was written wrong; starting again changes nothing.</summary>
    Configuration,

    /// <summary>The store: held by another process, not reachable, or of a newer version. Starting again later may help.</summary>
    Store,

    /// <summary>An address to listen on: taken, or not one of this machine.</summary>
    Address,
}
