using System.Globalization;
using System.Text;
using Silos.Handlers.DataProcessing.Rows;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Aggregation;

/// <summary>Gathers rows into groups; what it holds grows with the groups, not with the rows.</summary>
internal sealed class Aggregator(AggregationPlan plan)
{
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly StringBuilder _key = new();

    /// <summary>Whether the values of a min or max are numbers; decided by the first one that is not empty.</summary>
    private readonly bool?[] _numeric = new bool?[plan.Aggregates.Count];

    private Columns? _columns;
    private int[] _groupBy = [];
    private int[] _values = [];

    public int Groups => _groups.Count;

    /// <summary>Finds the columns before the first row, so that a misspelt one is told at once.</summary>
    /// <exception cref="NonRetryableException">The payload names a column that there is not.</exception>
    public void Bind(Columns columns)
    {
        if (ReferenceEquals(_columns, columns))
        {
            return;
        }

        _groupBy = [.. plan.GroupBy.Select(name => columns.Require(name, "groupBy"))];
        _values = [.. plan.Aggregates.Select(a => columns.Require(a.Column, a.Function.ToString().ToLowerInvariant()))];
        _columns = columns;
    }

    /// <summary>Adds a row to its group, with all of its values or with none.</summary>
    /// <exception cref="BadRowException">A value is not a number where one is needed, or a sum would overflow.</exception>
    /// <exception cref="NonRetryableException">There are too many groups.</exception>
    public void Add(Row row)
    {
        Bind(row.Columns);
        var values = new object?[plan.Aggregates.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Read(i, _values[i] < 0 ? null : row.Values[_values[i]]);
        }

        var group = Find(row);
        var accumulators = (Accumulator[])group.Accumulators.Clone();
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is { } value)
                {
                    accumulators[i].Add(plan.Aggregates[i].Function, value);
                }
            }
        }
        catch (OverflowException)
        {
            throw new BadRowException("a sum with this row has more than 28 digits");
        }

        group.Count++;
        group.Accumulators = accumulators;
    }

    /// <summary>Gives a row for each group, ordered by the groups' values as text.</summary>
    public IEnumerable<Row> Result()
    {
        if (plan.GroupBy.Count == 0 && _groups.Count == 0)
        {
            _groups.Add(string.Empty, new Group([], plan.Aggregates.Count));
        }

        var line = 0L;
        foreach (var group in _groups.Values.OrderBy(group => group.Keys, KeyOrder.Instance))
        {
            var values = new object?[plan.Output.Count];
            group.Keys.CopyTo(values, 0);
            var at = group.Keys.Length;
            if (plan.Count is not null)
            {
                values[at++] = group.Count;
            }

            for (var i = 0; i < plan.Aggregates.Count; i++)
            {
                values[at++] = group.Accumulators[i].Result(plan.Aggregates[i].Function);
            }

            yield return new Row(++line, plan.Output, values);
        }
    }

    private object? Read(int index, object? value)
    {
        if (Cells.IsEmpty(value))
        {
            return null;
        }

        var (function, column) = plan.Aggregates[index];
        var isNumber = Cells.TryNumber(value, out var number);
        if (function is AggregateFunction.Min or AggregateFunction.Max)
        {
            _numeric[index] ??= isNumber;
            if (_numeric[index] == false)
            {
                return value;
            }
        }

        return isNumber
            ? number
            : throw new BadRowException($"{column} '{FieldProblem.Shorten(Cells.Text(value))}' is not a number");
    }

    private Group Find(Row row)
    {
        _key.Clear();
        var keys = new object?[_groupBy.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = _groupBy[i] < 0 ? null : row.Values[_groupBy[i]];

            // With its length in front, no value can look like two.
            var text = Cells.Text(keys[i]) ?? string.Empty;
            _key.Append(CultureInfo.InvariantCulture, $"{text.Length}:{text}");
        }

        var key = _key.ToString();
        if (!_groups.TryGetValue(key, out var group))
        {
            if (_groups.Count >= plan.MaxGroups)
            {
                throw new NonRetryableException(
                    $"There are more than {plan.MaxGroups} groups; group by fewer columns, filter, or raise "
                    + $"{DataProcessingHandlerOptions.Section}:{nameof(DataProcessingHandlerOptions.MaxGroups)}.");
            }

            group = new Group(keys, plan.Aggregates.Count);
            _groups.Add(key, group);
        }

        return group;
    }

    private sealed class Group(object?[] keys, int aggregates)
    {
        public object?[] Keys { get; } = keys;

        public long Count { get; set; }

        public Accumulator[] Accumulators { get; set; } = new Accumulator[aggregates];
    }

    private sealed class KeyOrder : IComparer<object?[]>
    {
        public static readonly KeyOrder Instance = new();

        public int Compare(object?[]? left, object?[]? right)
        {
            for (var i = 0; i < left!.Length; i++)
            {
                var order = string.CompareOrdinal(Cells.Text(left[i]) ?? string.Empty, Cells.Text(right![i]) ?? string.Empty);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }
    }
}
