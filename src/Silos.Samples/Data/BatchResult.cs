namespace Silos.Samples.Data;

/// <summary>What a job returns that works through items.</summary>
/// <param name="Processed">How many it did.</param>
/// <param name="Failed">How many failed while the rest went on.</param>
internal sealed record BatchResult(int Processed, int Failed);
