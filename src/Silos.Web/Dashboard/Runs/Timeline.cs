using System.Globalization;
using Silos.Runs;
using Silos.Web.Dashboard.Parts;

namespace Silos.Web.Dashboard.Runs;

/// <summary>Where the parts of a run lie in time, in units of a picture: waiting, each attempt, and the end of each step.</summary>
internal sealed class Timeline
{
    public const int Width = 1_000;
    private const double Least = 4;
    private const double Mark = 3;

    private readonly DateTimeOffset _from;
    private readonly TimeSpan _span;

    public Timeline(RunDetails details, DateTimeOffset now)
    {
        var run = details.Run;
        _from = run.EnqueuedAt;
        Until = run.EndedAt ?? (now > _from ? now : _from.AddMilliseconds(1));
        _span = Until - _from > TimeSpan.Zero ? Until - _from : TimeSpan.FromMilliseconds(1);
        var parts = details.Attempts
            .Select(attempt => Part(attempt.StartedAt, attempt.EndedAt, $"outcome-{attempt.Outcome}", $"Attempt {attempt.Number}: {attempt.Outcome}"))
            .ToList();
        if (run is { State: RunState.Running, StartedAt: { } started })
        {
            parts.Add(Part(started, Until, "outcome-running", "The attempt under way"));
        }

        Parts = parts;
        Steps = [.. details.Steps.Select(step => Step(step))];
    }

    /// <summary>Gets the end of the picture.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>Gets how long the whole is.</summary>
    public TimeSpan Span => _span;

    /// <summary>Gets the attempts, oldest first.</summary>
    public IReadOnlyList<TimelinePart> Parts { get; }

    /// <summary>Gets the steps, as marks where each was through.</summary>
    public IReadOnlyList<TimelinePart> Steps { get; }

    private TimelinePart Step(RunStep step)
    {
        var part = Part(
            step.ProcessedAt,
            step.ProcessedAt,
            step.Status == "completed" ? "step-done" : "step-failed",
            string.Create(CultureInfo.InvariantCulture, $"Step {step.Name}: {step.Status} {TimeWords.Rough(step.ProcessedAt - _from)} after it was asked for"));
        return part with { Width = Text(Mark) };
    }

    private TimelinePart Part(DateTimeOffset from, DateTimeOffset to, string name, string title)
    {
        var x = Math.Clamp((from - _from) / _span, 0, 1) * (Width - Least);
        var width = Math.Max(Least, Math.Clamp((to - from) / _span, 0, 1) * Width);
        return new TimelinePart(name, Text(x), Text(Math.Min(width, Width - x)), title);
    }

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}

/// <summary>One attempt or step in the picture.</summary>
/// <param name="Class">Its class in the style sheet.</param>
/// <param name="X">Where it begins.</param>
/// <param name="Width">How wide it is.</param>
/// <param name="Title">What it is.</param>
internal sealed record TimelinePart(string Class, string X, string Width, string Title);
