using Silos.ClusterSystem.Tests.Support;

namespace Silos.ClusterSystem.Tests.Scenarios;

/// <summary>What happens to a cluster under load.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Happens">What happens.</param>
internal sealed record Scenario(string Name, Func<TestCluster, Faults, Task> Happens)
{
    /// <summary>Gets how the silos are started; three of this build unless it says otherwise.</summary>
    public Func<TestCluster, Task> Begins { get; init; } = static cluster => cluster.StartAsync(1, 2, 3);

    /// <summary>Gets settings that all silos have besides those of every test.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];

    /// <summary>Gets how long it may take until the runs of a silo that is gone run again elsewhere (99 of 100); null if nobody is left to take them over.</summary>
    public TimeSpan? Goal { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Gets whether silos live in network namespaces, so that ways between them can be cut.</summary>
    public bool Network { get; init; }

    /// <summary>Gets what has to be found in the output of the silos, or the scenario has proved nothing.</summary>
    public IReadOnlyList<string> Proofs { get; init; } = [];
}
