namespace Silos.Schedules;

/// <summary>A schedule cannot be understood, or could never be due.</summary>
public sealed class ScheduleFormatException : FormatException
{
    /// <summary>Reports <paramref name="problem"/>.</summary>
    /// <param name="problem">What is wrong, and where.</param>
    public ScheduleFormatException(ScheduleProblem problem)
        : base((problem ?? throw new ArgumentNullException(nameof(problem))).Message) =>
        Problem = problem;

    /// <summary>Gets what is wrong.</summary>
    public ScheduleProblem Problem { get; }

    /// <inheritdoc cref="ScheduleProblem.Position"/>
    public int? Position => Problem.Position;

    /// <inheritdoc cref="ScheduleProblem.Field"/>
    public string Field => Problem.Field;
}
