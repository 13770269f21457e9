namespace Silos.Hosting;

/// <summary>A jobs file is wrong; nothing of it was applied.</summary>
internal sealed class JobsFileException(IReadOnlyList<JobsFileProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>Gets every mistake found, in the order of the file.</summary>
    public IReadOnlyList<JobsFileProblem> Problems { get; } =
        [.. problems.OrderBy(problem => problem.Position.Line).ThenBy(problem => problem.Position.Column)];

    /// <inheritdoc/>
    public override string Message => string.Join(Environment.NewLine, Problems);
}
