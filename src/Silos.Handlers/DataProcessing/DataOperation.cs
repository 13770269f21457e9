namespace Silos.Handlers.DataProcessing;

/// <summary>What is done with rows.</summary>
internal enum DataOperation
{
    /// <summary>Each row of the source becomes one of the target, or none.</summary>
    Transform,

    /// <summary>Rows become one for each group.</summary>
    Aggregate,

    /// <summary>A table becomes a file.</summary>
    Export,

    /// <summary>A file becomes rows of a table.</summary>
    Import,
}
