using Silos.Testing;

namespace Silos.Engine.Tests.Simulation;

/// <summary>How many crashes have hit each write site.</summary>
internal sealed class CrashCounts
{
    private readonly Dictionary<string, int> _counts = InMemoryStore.WriteSites.ToDictionary(site => site, _ => 0);

    public IEnumerable<string> Missed => _counts.Where(count => count.Value == 0).Select(count => count.Key);

    public void Count(string site) => _counts[site]++;

    public void Add(CrashCounts other)
    {
        foreach (var (site, count) in other._counts)
        {
            _counts[site] += count;
        }
    }

    public override string ToString() => string.Join(", ", _counts.Select(count => $"{count.Key} {count.Value}"));
}
