using Silos.Jobs;

namespace Silos;

/// <summary>One process that Silos runs in.</summary>
public sealed record NodeView
{
    /// <summary>Gets its name: of a silo the silo's, else the name by which runs remember it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where it is: of a silo the address at which others call it, else the machine's name.</summary>
    public required string Address { get; init; }

    /// <summary>Gets the version of its program.</summary>
    public string Version { get; init; } = string.Empty;

    /// <summary>Gets how it is.</summary>
    public required NodeState State { get; init; }

    /// <summary>Gets who drains it and why; null if it drains because it stops, or does not drain.</summary>
    public Pause? Drain { get; init; }

    /// <summary>Gets what it does: <c>api</c>, <c>scheduler</c>, <c>worker</c>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Gets when it was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets how many attempts it executes at once at most; null for no limit, 0 if it executes nothing.</summary>
    public int? Slots { get; init; }

    /// <summary>Gets how many attempts it executes now, abandoned ones included.</summary>
    public int Busy { get; init; }

    /// <summary>Gets the partitions that it owns, in order.</summary>
    public IReadOnlyList<int> Partitions { get; init; } = [];

    /// <summary>Gets the keys of the handlers that it has and that are switched on, in order.</summary>
    public IReadOnlyList<string> Handlers { get; init; } = [];
}

/// <summary>How a process is.</summary>
public enum NodeState
{
    /// <summary>It takes runs, if it has the role.</summary>
    Up,

    /// <summary>It takes no more runs, because somebody wants that or because it is stopping.</summary>
    Draining,

    /// <summary>It counts as alive but does not answer; if that lasts, the others declare it dead and take over.</summary>
    Silent,
}
