namespace Silos.Handlers.DataProcessing.Aggregation;

/// <summary>One computation: <c>sum_amount</c> is the sum over <c>amount</c>.</summary>
internal sealed record Aggregate(AggregateFunction Function, string Column)
{
    public string Name => $"{Function.ToString().ToLowerInvariant()}_{Column}";
}
