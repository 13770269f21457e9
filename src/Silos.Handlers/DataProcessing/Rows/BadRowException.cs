namespace Silos.Handlers.DataProcessing.Rows;

/// <summary>One row cannot be worked with; the others can.</summary>
internal sealed class BadRowException(string message) : Exception(message);
