namespace Silos.Hosting;

/// <summary>What a document may cost, far above any real one and far below what would hurt.</summary>
internal static class DocumentLimits
{
    public const int MaxBytes = 4 * 1024 * 1024;

    public const int MaxDepth = JsonText.MaxDepth;

    /// <summary>Counted after aliases are written out: a few lines of nested aliases can stand for billions of values.</summary>
    public const int MaxNodes = 200_000;

    public static DocumentException TooDeep(TextPosition position) =>
        new(position, $"is nested more than {MaxDepth} levels deep");

    public static DocumentException TooManyNodes(TextPosition position) =>
        new(position, $"has more than {MaxNodes} values once its aliases are written out");
}
