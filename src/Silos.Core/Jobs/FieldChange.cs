namespace Silos.Jobs;

/// <summary>A field in which two definitions of a job differ, for people: durations and words as they write them, secrets hidden.</summary>
/// <param name="Field">Where it is: <c>priority</c>, <c>schedules</c>, <c>retry.maxAttempts</c>, <c>payload.folder</c>.</param>
/// <param name="Before">What it was; null where there was nothing.</param>
/// <param name="After">What it is; null where there is nothing any more.</param>
public sealed record FieldChange(string Field, JsonText? Before, JsonText? After)
{
    private const int Longest = 200;

    /// <summary>Writes it in one line: <c>priority: 0 → 5</c>.</summary>
    public override string ToString() => $"{Field}: {Short(Before)} → {Short(After)}";

    private static string Short(JsonText? json)
    {
        var text = json?.Text ?? "null";
        return text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "…") : text;
    }
}
