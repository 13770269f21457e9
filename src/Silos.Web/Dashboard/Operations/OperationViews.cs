using Silos.Operations;
using Silos.Stores;
using Silos.Web.Dashboard.Runs;

namespace Silos.Web.Dashboard.Operations;

/// <summary>What the list of operations shows.</summary>
/// <param name="Operations">Those under way and the latest of those that ended, the latest first.</param>
internal sealed record OperationsPage(IReadOnlyList<OperationView> Operations);

/// <summary>What the page shows that asks whether an operation is meant.</summary>
/// <param name="Action">What it would do.</param>
/// <param name="Search">Which runs, as it was written.</param>
/// <param name="At">The instant for which the search was read.</param>
/// <param name="Words">Which runs, in words.</param>
internal sealed record NewOperationPage(OperationAction Action, string Search, DateTimeOffset At, string Words)
{
    /// <summary>Gets how many runs it would take; null if nobody waited for the count.</summary>
    public long? Matched { get; init; }

    /// <summary>Gets the search that finds the runs it would take.</summary>
    public required string Look { get; init; }

    /// <summary>Gets where to go when it is refused.</summary>
    public required string Back { get; init; }
}

/// <summary>An operation as pages show it.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Words">Which runs it takes, in words.</param>
/// <param name="Search">The search that finds those runs; null if a newer version keeps its filter in a way that is not understood here.</param>
internal sealed record OperationView(Operation Operation, string Words, string? Search)
{
    /// <summary>Shows an operation.</summary>
    public static OperationView Of(Operation operation)
    {
        try
        {
            var filter = FilterJson.Read(operation.Filter);
            return new OperationView(operation, FilterWords.Of(filter), SearchText.Of(filter));
        }
        catch (FormatException)
        {
            return new OperationView(operation, "something that a newer version understands", null);
        }
    }
}
