namespace Silos.TestSilo;

/// <summary>What the handler is asked to do.</summary>
/// <param name="Ms">How long it takes, in milliseconds.</param>
/// <param name="Key">Under which key it may not run too often at once; for the checker alone.</param>
internal sealed record EffectOrder(int Ms, string? Key);
