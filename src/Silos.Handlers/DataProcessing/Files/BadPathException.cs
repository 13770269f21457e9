namespace Silos.Handlers.DataProcessing.Files;

/// <summary>A name leads to a place where payloads have no business.</summary>
internal sealed class BadPathException(string message) : Exception(message);
