using System.Globalization;

namespace Silos.Cli.Output;

/// <summary>Values as people read them.</summary>
internal static class Show
{
    /// <summary>What stands where there is nothing.</summary>
    public const string None = "-";

    /// <summary>Writes an instant in UTC: <c>2026-03-29 01:30:00Z</c>.</summary>
    public static string Instant(DateTimeOffset? instant) =>
        instant is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : None;

    /// <summary>Writes an instant on its own clock: <c>Sun 2026-03-29 02:30:00 +01:00</c>.</summary>
    public static string Local(DateTimeOffset instant) => instant.ToString("ddd yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>Writes a number of milliseconds: <c>340 ms</c>, <c>1.5 s</c>, <c>12 m 3 s</c>.</summary>
    public static string Milliseconds(long? milliseconds) => milliseconds switch
    {
        null => None,
        < 1_000 => $"{milliseconds} ms",
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds.Value / 1000.0:0.#} s"),
        < 3_600_000 => $"{milliseconds / 60_000} m {milliseconds / 1000 % 60} s",
        _ => $"{milliseconds / 3_600_000} h {milliseconds / 60_000 % 60} m",
    };

    /// <summary>Writes a number.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Writes a number of things.</summary>
    public static string Count(long number, string thing) => $"{number} {thing}{(number == 1 ? string.Empty : "s")}";

    /// <summary>Writes the state of a run.</summary>
    public static Cell State(string state) => new(state, state switch
    {
        "completed" => Meaning.Good,
        "failed" or "dead" or "lost" => Meaning.Bad,
        "running" => Meaning.Busy,
        "cancelled" or "skipped" => Meaning.Held,
        _ => Meaning.Plain,
    });

    /// <summary>Writes the first line of a text, shortened.</summary>
    public static string Short(string? text, int most = 60)
    {
        var line = text?.ReplaceLineEndings("\n").Split('\n')[0] ?? string.Empty;
        return line.Length > most ? string.Concat(line.AsSpan(0, most - 1), "…") : line;
    }

    /// <summary>Takes out of a text of others what a terminal would obey.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lines">Whether it may have several lines.</param>
    public static string Printable(string text, bool lines = true)
    {
        var whole = lines ? text.ReplaceLineEndings("\n") : text;
        return whole.Any(char.IsControl) ? string.Concat(whole.Select(c => char.IsControl(c) && !(lines && c is '\n' or '\t') ? '\uFFFD' : c)) : whole;
    }

    /// <summary>Writes numbers as ranges: <c>0-15, 20</c>.</summary>
    public static string Ranges(IReadOnlyList<int> numbers)
    {
        var ranges = new List<string>();
        for (var i = 0; i < numbers.Count; i++)
        {
            var first = i;
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1)
            {
                i++;
            }

            ranges.Add(first == i ? $"{numbers[i]}" : $"{numbers[first]}-{numbers[i]}");
        }

        return ranges.Count == 0 ? None : string.Join(", ", ranges);
    }
}
