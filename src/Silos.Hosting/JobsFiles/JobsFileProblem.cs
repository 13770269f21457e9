namespace Silos.Hosting;

/// <summary>One mistake in a jobs file.</summary>
/// <param name="File">The file as the person named it.</param>
/// <param name="Position">Where the mistake is.</param>
/// <param name="Field">The field, such as <c>jobs[0].schedules[0]</c>; empty if the text cannot be read that far.</param>
/// <param name="Problem">What is wrong and what would be right.</param>
internal sealed record JobsFileProblem(string File, TextPosition Position, string Field, string Problem)
{
    /// <summary>Makes a problem of a field problem.</summary>
    public static JobsFileProblem Of(string file, TextPosition position, FieldProblem problem) => new(
        file, position, problem.Field, problem.Value is null ? problem.Problem : $"'{problem.Value}' {problem.Problem}");

    /// <inheritdoc/>
    public override string ToString() => Field.Length == 0
        ? $"{File}:{Position.Line}:{Position.Column} {Problem}"
        : $"{File}:{Position.Line}:{Position.Column} {Field}: {Problem}";
}
