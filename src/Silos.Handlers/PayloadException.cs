namespace Silos.Handlers;

/// <summary>A payload that its handler cannot work with; carries the one field that is wrong.</summary>
internal sealed class PayloadException(FieldProblem problem) : Exception(problem.ToString())
{
    public FieldProblem Problem { get; } = problem;
}
