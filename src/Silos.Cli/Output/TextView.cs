using System.Text;
using Spectre.Console;

namespace Silos.Cli.Output;

/// <summary>Text for people: tables, facts, lines.</summary>
/// <param name="colours">Whether there are colours.</param>
/// <param name="width">How many columns there are; null for as many as it takes.</param>
internal sealed class TextView(bool colours, int? width)
{
    private const int Wide = 10_000;

    private readonly StringBuilder _text = new();

    /// <summary>Adds a line.</summary>
    public void Line(string text = "") => _text.Append(text).Append('\n');

    /// <summary>Adds a line with a word in the colour of its meaning.</summary>
    public void Line(Cell cell) => Render(new Markup(cell.Markup()), Wide);

    /// <summary>Adds a table; says so instead if it has no rows.</summary>
    public void Table(string nothing, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        for (var i = 0; i < columns.Count; i++)
        {
            // The table's own padding would be on both sides of the first and last column as well.
            var last = i == columns.Count - 1;
            var column = new TableColumn(new Markup($"[bold]{Markup.Escape(columns[i])}[/]")) { Padding = new Padding(0, 0, last ? 0 : 2, 0), NoWrap = !last };
            table.AddColumn(column);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Markup(cell.Markup())));
        }

        if (table.Rows.Count == 0)
        {
            Line(nothing);
        }
        else
        {
            Render(table, width ?? Wide);
        }
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

    private void Render(Spectre.Console.Rendering.IRenderable content, int columns)
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
        console.Profile.Width = columns;
        console.Write(content);
        foreach (var line in writer.ToString().TrimEnd('\n').Split('\n'))
        {
            Line(line.TrimEnd());
        }
    }
}
