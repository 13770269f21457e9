using Silos.Jobs;

namespace Silos.Sqlite.Jobs;

/// <summary>Verdicts as the ledger writes them: <see cref="Verdicts.ToText"/>, and back.</summary>
internal static class VerdictText
{
    private static readonly Dictionary<string, Verdict> Known = Enum.GetValues<Verdict>().ToDictionary(verdict => verdict.ToText());

    public static Verdict Read(string text) => Known.TryGetValue(text, out var verdict)
        ? verdict
        : throw new InvalidDataException($"The ledger has the unknown verdict '{text}'.");
}
