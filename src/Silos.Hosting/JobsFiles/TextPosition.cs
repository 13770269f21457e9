namespace Silos.Hosting;

/// <summary>A place in a text, both counted from 1; the column counts UTF-16 characters, as editors do.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    public static TextPosition Start { get; } = new(1, 1);

    /// <summary>Finds the place of an index in a text.</summary>
    public static TextPosition Of(string text, int index)
    {
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < index && i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                line++;
                lineStart = i + 1;
            }
        }

        return new TextPosition(line, index - lineStart + 1);
    }
}
