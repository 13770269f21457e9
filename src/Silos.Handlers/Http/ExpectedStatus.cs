using System.Globalization;
using System.Text.Json;

namespace Silos.Handlers.Http;

/// <summary>The statuses that count as success: <c>200</c>, <c>"2xx"</c>, <c>"200-204"</c>, or a list of those.</summary>
internal sealed class ExpectedStatus
{
    private readonly IReadOnlyList<(int First, int Last)> _ranges;

    private ExpectedStatus(IReadOnlyList<(int First, int Last)> ranges) => _ranges = ranges;

    public static ExpectedStatus Default { get; } = new([(200, 299)]);

    public bool Contains(int status) => _ranges.Any(range => status >= range.First && status <= range.Last);

    public static ExpectedStatus Read(PayloadObject payload, string name)
    {
        if (payload.Find(name) is not { } value)
        {
            return Default;
        }

        var items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value };
        var ranges = new List<(int, int)>();
        foreach (var item in items)
        {
            ranges.Add(Range(item) ?? throw PayloadObject.Wrong(
                payload.Path(name), item, "must be a status like 204, a range like \"200-204\" or \"2xx\", or a list of those"));
        }

        return ranges.Count > 0
            ? new ExpectedStatus(ranges)
            : throw payload.Problem(name, "[]", "must name at least one status, such as 200");
    }

    private static (int First, int Last)? Range(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.Number)
        {
            return item.TryGetInt32(out var status) && IsStatus(status) ? (status, status) : null;
        }

        if (item.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = item.GetString()!.Trim();
        if (text.Length == 3 && text[0] is >= '1' and <= '5' && text.EndsWith("xx", StringComparison.OrdinalIgnoreCase))
        {
            var hundred = (text[0] - '0') * 100;
            return (hundred, hundred + 99);
        }

        var parts = text.Split('-', 2);
        return TryStatus(parts[0], out var first) && TryStatus(parts[^1], out var last) && first <= last ? (first, last) : null;
    }

    private static bool TryStatus(string text, out int status) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out status) && IsStatus(status);

    private static bool IsStatus(int status) => status is >= 100 and <= 599;
}
