namespace Silos.Handlers.DataProcessing.Rows;

/// <summary>One row on its way.</summary>
/// <param name="Line">Where it began in its source: a line of a file, or its number in a query's answer.</param>
/// <param name="Columns">The names of its values.</param>
/// <param name="Values">Null, string, bool, long, decimal, double, a date or time, a GUID, bytes, or <see cref="RawJson"/>.</param>
internal sealed record Row(long Line, Columns Columns, object?[] Values);

/// <summary>An object or array inside a line of JSON, passed through as it was written.</summary>
internal sealed record RawJson(string Text);
