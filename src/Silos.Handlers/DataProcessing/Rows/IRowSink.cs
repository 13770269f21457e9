namespace Silos.Handlers.DataProcessing.Rows;

/// <summary>Where rows go. Nothing is seen there before <see cref="CompleteAsync"/> has returned; disposing before it leaves everything as it was.</summary>
internal interface IRowSink : IAsyncDisposable
{
    /// <summary>Prepares for rows.</summary>
    /// <param name="columns">The columns all rows will have, or null if they vary.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task OpenAsync(Columns? columns, CancellationToken cancellationToken);

    /// <summary>Takes a row. What turns out to be wrong with it later goes to the bad rows.</summary>
    /// <exception cref="BadRowException">The row does not fit here.</exception>
    ValueTask WriteAsync(Row row, CancellationToken cancellationToken);

    /// <summary>Writes whatever is still in hand, so that every bad row is known. Shows nothing yet.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>Makes the rows visible, all at once.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Gets how many rows it has taken.</summary>
    long Written { get; }
}
