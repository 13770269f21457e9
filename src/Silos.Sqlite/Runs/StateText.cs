using Silos.Runs;

namespace Silos.Sqlite.Runs;

/// <summary>States as rows write them: <see cref="RunStates.ToText"/>, and back.</summary>
internal static class StateText
{
    private static readonly Dictionary<string, RunState> States = Enum.GetValues<RunState>().ToDictionary(state => state.ToText());

    public static RunState Read(string text) => States.TryGetValue(text, out var state)
        ? state
        : throw new InvalidDataException($"A run has the unknown state '{text}'.");
}
