using Silos.Handlers.DataProcessing.Rows;

namespace Silos.Handlers.DataProcessing.Aggregation;

/// <summary>One computation over one group.</summary>
internal struct Accumulator
{
    private decimal _sum;
    private long _count;
    private object? _extreme;

    /// <summary>Gets the result; null if no value took part.</summary>
    public readonly object? Result(AggregateFunction function) => _count == 0 ? null : function switch
    {
        AggregateFunction.Sum => _sum,
        AggregateFunction.Avg => _sum / _count,
        _ => _extreme,
    };

    /// <summary>Adds a value that <see cref="Aggregator"/> has found fit.</summary>
    /// <exception cref="OverflowException">The sum has more than 28 digits.</exception>
    public void Add(AggregateFunction function, object value)
    {
        switch (function)
        {
            case AggregateFunction.Sum or AggregateFunction.Avg:
                _sum += (decimal)value;
                break;
            case AggregateFunction.Min when _extreme is null || Compare(value, _extreme) < 0:
            case AggregateFunction.Max when _extreme is null || Compare(value, _extreme) > 0:
                _extreme = value;
                break;
        }

        _count++;
    }

    private static int Compare(object left, object right) => left is decimal number
        ? number.CompareTo((decimal)right)
        : string.CompareOrdinal(Cells.Text(left), Cells.Text(right));
}
