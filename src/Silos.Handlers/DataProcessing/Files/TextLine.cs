namespace Silos.Handlers.DataProcessing.Files;

/// <summary>One line of a file, with the line break it ended with.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="Text">The text; cut if it was too long.</param>
/// <param name="IsTooLong">Whether it was.</param>
internal sealed record TextLine(long Number, string Text, bool IsTooLong)
{
    public bool IsBlank => string.IsNullOrWhiteSpace(Text);

    /// <summary>Gets whether there are bytes that did not decode; a file that has U+FFFD for good is rarer than a wrong encoding.</summary>
    public bool IsBroken => Text.Contains('\uFFFD');
}
