using System.Reflection;
using Microsoft.Extensions.Options;
using Silos.Engine.Workers;
using Silos.Jobs;

namespace Silos.Engine;

/// <summary>What this process says about itself.</summary>
internal sealed class NodeFacts(
    IOptions<EngineOptions> options, Worker worker, HandlerRegistry handlers, IQueueStartup queues, NodeDrain drain, ProcessStart start)
{
    private static readonly string Version =
        (Assembly.GetEntryAssembly() ?? typeof(NodeFacts).Assembly)
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? string.Empty;

    /// <summary>Describes it under a name and an address.</summary>
    public NodeView Describe(string name, string address) => new()
    {
        Name = name,
        Address = address,
        Version = Version,
        State = queues.IsDraining ? NodeState.Draining : NodeState.Up,
        Drain = drain.Wanted,
        Roles = [.. Enum.GetValues<SilosRoles>()
            .Where(role => int.PopCount((int)role) == 1 && options.Value.Roles.HasFlag(role))
            .Select(role => role.ToString().ToLowerInvariant())],
        StartedAt = start.At,
        Slots = worker.Slots.Capacity == EngineOptions.UnlimitedSlots ? null : worker.Slots.Capacity,
        Busy = worker.Running,
        Partitions = [.. queues.Hosted.Where(static partition => partition.IsOpen).Select(static partition => partition.Number).Order()],
        Handlers = [.. handlers.All.Where(handler => handler.Enabled).Select(handler => handler.Key).Order(StringComparer.Ordinal)],
    };
}
