using Silos.Jobs;

namespace Silos.Web.Tests.Support;

/// <summary>Two silos, of which one is drained.</summary>
internal sealed class FakeNodes : INodes
{
    public List<string> Calls { get; } = [];

    public Task<IReadOnlyList<NodeView>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NodeView>>(
    [
        new NodeView
        {
            Name = "a",
            Address = "10.0.0.1:11111",
            Version = "1.2.3",
            State = NodeState.Draining,
            Drain = new Pause("alice", "patch", TestApi.Noon),
            Roles = ["scheduler", "worker"],
            StartedAt = TestApi.Noon,
            Slots = 8,
            Busy = 3,
            Partitions = [1, 5],
            Handlers = ["noop"],
        },
        new NodeView { Name = "b", Address = "10.0.0.2:11111", State = NodeState.Silent },
    ]);

    public Task DrainAsync(string name, string by, string? reason, CancellationToken cancellationToken) => Note(name, $"drain {name} {by} {reason}");

    public Task ResumeAsync(string name, string by, CancellationToken cancellationToken) => Note(name, $"resume {name} {by}");

    private Task Note(string name, string call)
    {
        Calls.Add(name is "a" or "b" ? call : throw new NotFoundException("silo", name));
        return Task.CompletedTask;
    }
}
