namespace Silos.Cli.Output;

/// <summary>Which columns of a table fit, how wide they are, and where a line ends.</summary>
internal sealed class TableLayout
{
    /// <summary>How far columns are apart, and lines that go on from the right.</summary>
    public const int Gap = 2;

    private readonly IReadOnlyList<Column> _columns;
    private readonly int[] _widths;
    private readonly int _room;

    private TableLayout(IReadOnlyList<Column> columns, int[] widths, int room) => (_columns, _widths, _room) = (columns, widths, room);

    /// <summary>Finds the best one.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="natural">How wide each would have to be.</param>
    /// <param name="room">How many characters a line has; null for as many as it takes.</param>
    public static TableLayout Of(IReadOnlyList<Column> columns, IReadOnlyList<int> natural, int? room)
    {
        var widths = natural.ToArray();
        var layout = new TableLayout(columns, widths, room ?? int.MaxValue);
        if (room is null)
        {
            return layout;
        }

        // What has to be there says how many lines a row takes; the others may not make them more.
        for (var i = 0; i < columns.Count; i++)
        {
            widths[i] = columns[i] switch { { Rank: > 0 } => 0, { Least: > 0 and var least } => Math.Min(least, natural[i]), _ => natural[i] };
        }

        var lines = layout.Lines().Count;
        var byRank = Enumerable.Range(0, columns.Count).OrderBy(i => columns[i].Rank).ToList();
        foreach (var i in byRank.Where(i => columns[i].Rank > 0))
        {
            widths[i] = columns[i].Least > 0 ? Math.Min(Math.Max(columns[i].Least, columns[i].Name.Length), natural[i]) : natural[i];
            if (layout.Lines().Count > lines)
            {
                widths[i] = 0;
            }
        }

        foreach (var i in byRank.Where(i => widths[i] > 0))
        {
            var least = widths[i];
            widths[i] = Math.Max(least, Math.Min(natural[i], room.Value - Gap));
            while (widths[i] > least && layout.Lines().Count > lines)
            {
                widths[i]--;
            }
        }

        return layout;
    }

    /// <summary>Gets how wide a column is.</summary>
    public int WidthOf(int column) => _widths[column];

    /// <summary>Gets which columns stand in each line of a row.</summary>
    public List<List<int>> Lines()
    {
        var lines = new List<List<int>>();
        var used = 0;
        for (var i = 0; i < _columns.Count; i++)
        {
            if (_widths[i] == 0)
            {
                continue;
            }

            if (lines.Count == 0 || used + Gap + _widths[i] > _room)
            {
                // Further lines of a row begin further right.
                used = lines.Count == 0 ? 0 : Gap;
                lines.Add([]);
            }
            else
            {
                used += Gap;
            }

            lines[^1].Add(i);
            used += _widths[i];
        }

        return lines;
    }
}
