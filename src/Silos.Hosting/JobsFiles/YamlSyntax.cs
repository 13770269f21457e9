using YamlDotNet.Core;

namespace Silos.Hosting;

/// <summary>Says in a person's words what the YAML parser stumbled over.</summary>
internal static class YamlSyntax
{
    public static DocumentException Explain(string text, YamlException exception)
    {
        // The parser reports a tab far from where it stands; it is what people look for longest.
        var lines = text.Split('\n');
        var from = Math.Max(0, (int)exception.Start.Line - 1);
        if (exception.Message.Contains("tab", StringComparison.OrdinalIgnoreCase))
        {
            for (var i = from; i < lines.Length; i++)
            {
                var indent = lines[i].AsSpan()[..^lines[i].AsSpan().TrimStart().Length];
                if (indent.IndexOf('\t') is >= 0 and var tab)
                {
                    return new DocumentException(
                        new TextPosition(i + 1, tab + 1), "a tab indents this line; YAML is indented with spaces");
                }
            }
        }

        var position = new TextPosition((int)Math.Max(1, exception.Start.Line), (int)Math.Max(1, exception.Start.Column));
        var at = from < lines.Length && position.Column <= lines[from].Length ? lines[from][position.Column - 1] : '\0';
        return new DocumentException(position, at switch
        {
            '@' or '`' or '%' => $"a value that begins with '{at}' must be quoted: \"{Rest(lines[from], position.Column)}\"",
            '*' or '&' => $"a value that begins with '{at}' means something else in YAML and must be quoted: \"{Rest(lines[from], position.Column)}\"",
            _ => Plain(exception.Message),
        });
    }

    private static string Rest(string line, int column) => FieldProblem.Shorten(line[(column - 1)..].Trim())!;

    private static string Plain(string message)
    {
        var sentence = message.TrimEnd('.');
        return sentence.Contains("found invalid mapping", StringComparison.Ordinal)
            ? "this is not YAML: a second ': ' in one value; quote the value, or check the indentation"
            : $"this is not YAML: {char.ToLowerInvariant(sentence[0])}{sentence[1..]}";
    }
}
