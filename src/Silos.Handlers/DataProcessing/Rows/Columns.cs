using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Rows;

/// <summary>The names of a row's values, in order. Rows that look alike share one instance, by which work on them is cached.</summary>
internal sealed class Columns
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    /// <param name="names">The names.</param>
    /// <param name="isFixed">Whether all rows of the source have exactly these (CSV, SQL), so that a missing one is a mistake in the payload.</param>
    /// <exception cref="NonRetryableException">A name is empty or comes twice.</exception>
    public Columns(IReadOnlyList<string> names, bool isFixed)
    {
        Names = names;
        IsFixed = isFixed;
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length == 0)
            {
                throw new NonRetryableException($"Column {i + 1} must have a name; the columns are {this}.");
            }

            if (!_index.TryAdd(names[i], i))
            {
                throw new NonRetryableException($"Column '{names[i]}' must not come twice; the columns are {this}.");
            }
        }
    }

    public IReadOnlyList<string> Names { get; }

    public bool IsFixed { get; }

    public int Count => Names.Count;

    /// <summary>Finds a column; -1 if there is none.</summary>
    public int IndexOf(string name) => _index.GetValueOrDefault(name, -1);

    /// <summary>Finds a column that a payload names; -1 if rows vary and this one has none.</summary>
    /// <exception cref="NonRetryableException">The columns are fixed, and this is none of them.</exception>
    public int Require(string name, string field)
    {
        var index = IndexOf(name);
        return index >= 0 || !IsFixed
            ? index
            : throw new NonRetryableException($"payload.{field} '{FieldProblem.Shorten(name)}' must be a column; the columns are {this}.");
    }

    public override string ToString() => ResultText.OneLine(string.Join(", ", Names), 300);
}
