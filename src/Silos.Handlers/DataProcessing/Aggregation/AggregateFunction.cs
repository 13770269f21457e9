namespace Silos.Handlers.DataProcessing.Aggregation;

/// <summary>What is computed over the values of a column. Empty values take no part.</summary>
internal enum AggregateFunction
{
    /// <summary>The exact sum of numbers.</summary>
    Sum,

    /// <summary>The least value.</summary>
    Min,

    /// <summary>The greatest value.</summary>
    Max,

    /// <summary>The mean of numbers, to 28 digits.</summary>
    Avg,
}
