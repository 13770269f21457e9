namespace Silos.Handlers.DataProcessing.Rows;

/// <summary>What a source found: a row, or something that was meant to be one.</summary>
internal readonly record struct SourceRow(long Line, Row? Row, string? Problem, string? Raw)
{
    public static SourceRow Good(Row row) => new(row.Line, row, null, null);

    public static SourceRow Bad(long line, string problem, string raw) => new(line, null, problem, raw);
}
