using Silos.Client.Jobs;

namespace Silos.Client.Nodes;

/// <summary>One process that Silos runs in.</summary>
public sealed record SiloResponse
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where it is: of a silo the address at which others call it, else the machine's name.</summary>
    public required string Address { get; init; }

    /// <summary>Gets the version of its program.</summary>
    public string? Version { get; init; }

    /// <summary>Gets <c>up</c>, <c>draining</c> (it takes no more runs) or <c>silent</c> (it counts as alive but does not answer).</summary>
    public required string State { get; init; }

    /// <summary>Gets who drains it and why; absent if nobody does.</summary>
    public PauseResponse? Drain { get; init; }

    /// <summary>Gets what it does: <c>api, scheduler, worker</c>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Gets when it was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets how many attempts it executes at once at most; absent for no limit.</summary>
    public int? Slots { get; init; }

    /// <summary>Gets how many attempts it executes now.</summary>
    public int Busy { get; init; }

    /// <summary>Gets the partitions that it owns.</summary>
    public IReadOnlyList<int> Partitions { get; init; } = [];

    /// <summary>Gets the keys of its handlers.</summary>
    public IReadOnlyList<string> Handlers { get; init; } = [];
}

/// <summary>All processes by name: <c>GET /api/silos</c>.</summary>
/// <param name="Items">The processes.</param>
public sealed record SiloListResponse(IReadOnlyList<SiloResponse> Items);
