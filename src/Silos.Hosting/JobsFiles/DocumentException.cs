namespace Silos.Hosting;

/// <summary>A document cannot be read at all beyond some place.</summary>
internal sealed class DocumentException(TextPosition position, string problem, string field = "") : Exception(problem)
{
    public TextPosition Position { get; } = position;

    /// <summary>The field at that place, if one is known.</summary>
    public string Field { get; } = field;
}
