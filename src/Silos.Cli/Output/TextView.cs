using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Silos.Cli.Output;

/// <summary>Text for people: tables, facts, lines.</summary>
/// <param name="colours">Whether there are colours.</param>
/// <param name="width">How many columns there are; null for as many as it takes.</param>
internal sealed class TextView(bool colours, int? width)
{
    // Nothing is ever wrapped by chance: tables know where their lines end, and the rest is the terminal's.
    private const int Wide = 100_000_000;

    private readonly StringBuilder _text = new();

    /// <summary>Adds a line.</summary>
    public void Line(string text = "") => _text.Append(Show.Printable(text)).Append('\n');

    /// <summary>Adds a line with a word in the colour of its meaning.</summary>
    public void Line(Cell cell) => Render(new Markup(cell.Markup()));

    /// <summary>Adds a table; says so instead if it has no rows.</summary>
    public void Table(string nothing, IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        var cells = rows.Select(row => row.Select(cell => cell with { Text = Show.Printable(cell.Text, lines: false) }).ToList()).ToList();
        if (cells.Count == 0)
        {
            Line(nothing);
            return;
        }

        List<int> natural = [.. columns.Select((column, i) => Math.Max(column.Name.Length, cells.Max(row => WidthOf(row[i].Text))))];
        var layout = TableLayout.Of(columns, natural, width);
        var text = new StringBuilder();
        Row(text, columns, [.. columns.Select(column => new Cell(column.Name, Meaning.Heading))], layout);
        foreach (var row in cells)
        {
            Row(text, columns, row, layout);
        }

        Render(new Markup(text.ToString().TrimEnd('\n')));
    }

    /// <summary>Adds facts, a line each; those without a value are left out.</summary>
    public void Facts(params (string Name, Cell? Value)[] facts)
    {
        var shown = facts.Where(fact => fact.Value is { Text.Length: > 0 }).ToList();
        var wide = shown.Max(fact => fact.Name.Length) + 2;
        foreach (var (name, value) in shown)
        {
            var lines = value!.Value.Text.Split('\n');
            _text.Append(name.PadRight(wide));
            Line(new Cell(lines[0], value.Value.Meaning));
            foreach (var line in lines.Skip(1))
            {
                Line(new string(' ', wide) + line);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static void Row(StringBuilder text, IReadOnlyList<Column> columns, List<Cell> row, TableLayout layout)
    {
        var lines = layout.Lines();
        for (var line = 0; line < lines.Count; line++)
        {
            if (line > 0 && lines[line].TrueForAll(i => row[i].Text is "" or Show.None))
            {
                continue;
            }

            var at = line == 0 ? 0 : TableLayout.Gap;
            text.Append(' ', at);
            foreach (var i in lines[line])
            {
                var (wide, cell, isLast) = (layout.WidthOf(i), row[i], i == lines[line][^1]);
                if (columns[i].IsProse)
                {
                    text.AppendJoin($"\n{new string(' ', at)}", Wrapped(cell.Text, wide).Select(part => (cell with { Text = part }).Markup()));
                    continue;
                }

                var shown = Shortened(cell.Text, wide);
                text.Append((cell with { Text = shown }).Markup()).Append(' ', isLast ? 0 : wide - WidthOf(shown) + TableLayout.Gap);
                at += wide + TableLayout.Gap;
            }

            text.Append('\n');
        }
    }

    private static int WidthOf(string text) => new Segment(text).CellCount();

    private static string Shortened(string text, int wide)
    {
        if (WidthOf(text) <= wide)
        {
            return text;
        }

        // A character may take two columns, and two chars be one character.
        var length = Math.Min(text.Length, wide - 1);
        while (length > 0 && (WidthOf(text[..length]) > wide - 1 || char.IsHighSurrogate(text[length - 1])))
        {
            length--;
        }

        return $"{text[..length]}…";
    }

    private static IEnumerable<string> Wrapped(string text, int wide)
    {
        var line = string.Empty;
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && WidthOf(line) + 1 + WidthOf(word) > wide)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }

    private void Render(Markup content)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = Wide;
        console.Write(content);
        foreach (var line in writer.ToString().TrimEnd('\n').Split('\n'))
        {
            _text.Append(line.TrimEnd()).Append('\n');
        }
    }
}
