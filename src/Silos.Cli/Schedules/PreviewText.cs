using Silos.Cli.Output;
using Silos.Client.Schedules;

namespace Silos.Cli.Schedules;

/// <summary>Due instants ahead of time as people read them.</summary>
internal static class PreviewText
{
    /// <summary>Writes them.</summary>
    public static void Write(TextView text, IReadOnlyList<PreviewResponse> occurrences) => text.Table(
        "no instant can be told ahead",
        ["DUE", "LOCAL TIME", Column.Prose("REMARKS")],
        occurrences.Select(occurrence => (IReadOnlyList<Cell>)
        [
            Show.Instant(occurrence.Instant),
            Show.Local(occurrence.Local),
            new Cell(string.Join(", ", occurrence.Marks.Select(mark => Remark(mark, occurrence.ExcludedBy))), Meaning.Held),
        ]));

    private static string Remark(string mark, string? calendar) => mark switch
    {
        "daylight_saving_gap" => "the clock skips the written time",
        "daylight_saving_overlap" => "this time comes twice",
        _ => $"excluded by {calendar}",
    };
}
