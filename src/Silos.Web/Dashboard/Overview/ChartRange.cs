using Microsoft.AspNetCore.Http;

namespace Silos.Web.Dashboard.Overview;

/// <summary>A stretch of time that charts can show.</summary>
/// <param name="Word">Its name in addresses.</param>
/// <param name="Text">Its name for people.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Bucket">How long one bar is.</param>
internal sealed record ChartRange(string Word, string Text, TimeSpan Length, TimeSpan Bucket)
{
    public static IReadOnlyList<ChartRange> All { get; } =
    [
        new("1h", "1 hour", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)),
        new("6h", "6 hours", TimeSpan.FromHours(6), TimeSpan.FromMinutes(6)),
        new("24h", "24 hours", TimeSpan.FromHours(24), TimeSpan.FromMinutes(20)),
    ];

    /// <summary>Reads the choice in an address.</summary>
    /// <exception cref="InvalidException">There is no such stretch.</exception>
    public static ChartRange Of(IQueryCollection query)
    {
        var word = query["range"].ToString();
        return word.Length == 0
            ? All[0]
            : All.FirstOrDefault(range => range.Word == word)
                ?? throw new InvalidException("range", word, $"must be one of {string.Join(", ", All.Select(range => range.Word))}");
    }
}
