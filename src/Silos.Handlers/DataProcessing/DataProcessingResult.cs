namespace Silos.Handlers.DataProcessing;

/// <summary>What a run of the <c>data_processing</c> handler returns.</summary>
/// <param name="Operation">What was done.</param>
/// <param name="Source">Where rows came from.</param>
/// <param name="Target">Where rows went.</param>
/// <param name="RowsRead">Rows found in the source, bad ones among them.</param>
/// <param name="RowsWritten">Rows in the target, or for <c>aggregate</c> groups.</param>
/// <param name="RowsFiltered">Rows that a filter held back.</param>
/// <param name="RowsBad">Rows that could not be worked with.</param>
/// <param name="ErrorsFile">The file that has them; null if there are none, or no file.</param>
internal sealed record DataProcessingResult(
    string Operation,
    string Source,
    string Target,
    long RowsRead,
    long RowsWritten,
    long RowsFiltered,
    long RowsBad,
    string? ErrorsFile);
