namespace Silos.Handlers.Http;

/// <summary>What a run of the <c>http</c> handler returns.</summary>
/// <param name="Status">The answer's status.</param>
/// <param name="Headers">The answer's headers, without cookies, at most 50, each cut at 500 characters.</param>
/// <param name="Body">The body as text, cut at the configured size; null for an empty or binary body.</param>
/// <param name="BodyCut">Whether there was more of the body.</param>
/// <param name="DurationMs">From sending to the last byte read, in milliseconds.</param>
internal sealed record HttpHandlerResult(
    int Status, IReadOnlyDictionary<string, string> Headers, string? Body, bool BodyCut, long DurationMs);
