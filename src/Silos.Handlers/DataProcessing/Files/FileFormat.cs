namespace Silos.Handlers.DataProcessing.Files;

/// <summary>How rows are written in a file.</summary>
internal enum FileFormat
{
    /// <summary>Comma-separated values, RFC 4180.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,
}
