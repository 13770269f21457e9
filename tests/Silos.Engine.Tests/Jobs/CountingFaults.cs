using Silos.Testing;

namespace Silos.Engine.Tests.Jobs;

/// <summary>Counts the calls of a store, can take it away, and can change rows behind a writer's back.</summary>
internal sealed class CountingFaults : IStoreFaults
{
    public Dictionary<string, int> Calls { get; } = [];

    public bool Away { get; set; }

    /// <summary>Called before a call of the named site; once.</summary>
    public (string Site, Func<Task> Action)? Before { get; set; }

    public async ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken)
    {
        Calls[site] = Calls.GetValueOrDefault(site) + 1;
        if (Before is { } before && before.Site == site)
        {
            Before = null;
            await before.Action();
        }

        return Away ? FaultKind.Away : FaultKind.None;
    }

    public ValueTask AfterAsync(string site, CancellationToken cancellationToken) => default;
}
