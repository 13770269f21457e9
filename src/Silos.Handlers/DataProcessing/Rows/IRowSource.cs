namespace Silos.Handlers.DataProcessing.Rows;

/// <summary>Where rows come from, one after the other; never all in memory.</summary>
internal interface IRowSource : IAsyncDisposable
{
    /// <summary>Reads what must be known before the first row: the header, the query's columns.</summary>
    /// <returns>The columns all rows have, or null if rows vary.</returns>
    Task<Columns?> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Reads the rows, bad ones among them.</summary>
    IAsyncEnumerable<SourceRow> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Gets how much has been read, 0 to 99, or 0 where nobody knows.</summary>
    int Percent { get; }
}
