using Silos.Testing;

namespace Silos.Engine.Tests;

/// <summary>Lets a test say which call of the store goes wrong, or hold calls up.</summary>
internal sealed class ScriptedFaults : IStoreFaults
{
    private readonly Dictionary<string, Queue<FaultKind>> _next = [];
    private readonly Dictionary<string, TaskCompletionSource> _held = [];

    /// <summary>Gets how often each call was made.</summary>
    public Dictionary<string, int> Calls { get; } = [];

    /// <summary>Gets or sets whether the store is away altogether.</summary>
    public bool Away { get; set; }

    /// <summary>Makes the next calls of a site go wrong in order.</summary>
    public void Next(string site, params FaultKind[] faults)
    {
        if (!_next.TryGetValue(site, out var queue))
        {
            _next.Add(site, queue = new Queue<FaultKind>());
        }

        foreach (var fault in faults)
        {
            queue.Enqueue(fault);
        }
    }

    /// <summary>Holds the calls of a site up before they touch anything, until <see cref="Release"/>.</summary>
    public void Hold(string site) => _held[site] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Holds the answers of a site up: what was asked is done, and nobody knows until <see cref="ReleaseAnswer"/>.</summary>
    public void HoldAnswer(string site) => Hold($"{site}:answer");

    /// <summary>Lets answers of a site arrive.</summary>
    public void ReleaseAnswer(string site) => Release($"{site}:answer");

    /// <summary>Lets calls of a site go on.</summary>
    public void Release(string site)
    {
        if (_held.Remove(site, out var held))
        {
            held.SetResult();
        }
    }

    public async ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken)
    {
        Calls[site] = Calls.GetValueOrDefault(site) + 1;
        if (_held.TryGetValue(site, out var held))
        {
            await held.Task;
        }

        if (Away)
        {
            return FaultKind.Away;
        }

        return _next.TryGetValue(site, out var queue) && queue.TryDequeue(out var fault) ? fault : FaultKind.None;
    }

    public async ValueTask AfterAsync(string site, CancellationToken cancellationToken)
    {
        if (_held.TryGetValue($"{site}:answer", out var held))
        {
            await held.Task;
        }
    }
}
