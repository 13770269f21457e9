namespace Silos.Handlers.DataProcessing.Mapping;

/// <summary>What happens to each row, in this order: cast, filter, set, rename, select.</summary>
/// <param name="Casts">Columns and what to read their values as.</param>
/// <param name="Filters">Conditions that a row must all meet to go on.</param>
/// <param name="Constants">Columns and the value that all rows get there; new columns come last.</param>
/// <param name="Renames">Columns and their new names.</param>
/// <param name="Select">The columns that go on, in order, by their new names; null for all.</param>
internal sealed record RowSteps(
    IReadOnlyList<KeyValuePair<string, CellType>> Casts,
    IReadOnlyList<Condition> Filters,
    IReadOnlyList<KeyValuePair<string, object?>> Constants,
    IReadOnlyList<KeyValuePair<string, string>> Renames,
    IReadOnlyList<string>? Select);
