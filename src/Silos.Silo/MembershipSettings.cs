namespace Silos.Silo;

/// <summary>How silos find out that one of them is dead; configuration section <c>Silos:Cluster:Membership</c>. All silos of a cluster have the same.</summary>
/// <remarks>As shipped, a killed silo is declared dead in three to five seconds. With Orleans' own defaults that takes about fifteen.</remarks>
public sealed class MembershipSettings
{
    /// <summary>
    /// Gets or sets how often a silo asks others whether they are alive, and how long it waits for the answer at first. An answer takes a
    /// millisecond; what takes longer is a collection of garbage or a starved machine, and a second bears both. Default: 1 second.
    /// </summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets how many answers have to be missing in a row. With one a lost packet kills a silo; three, a second apart, are over in
    /// three seconds, and the last goes over another silo, so that a broken line between two is not taken for a death. Default: 3.
    /// </summary>
    public int MissedProbes { get; set; } = 3;

    /// <summary>
    /// Gets or sets how many silos have to agree, where there are that many. One alone may be the one that is cut off; two share its fate rarely,
    /// and a third would only add time. Default: 2.
    /// </summary>
    public int Votes { get; set; } = 2;

    /// <summary>
    /// Gets or sets how often a silo reads the list of silos though nobody told it of a change. Changes are told by message; this bounds what a lost
    /// message costs, for one small query a silo. Default: 5 seconds.
    /// </summary>
    public TimeSpan TableRefresh { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how often a silo writes that it is alive. After three times that without a sign an entry is stale and needs no majority to be
    /// removed: that is how long the first silo waits after all were killed at once. Default: 5 seconds.
    /// </summary>
    public TimeSpan AliveInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how long a starting silo tries to reach all others before it gives up and ends. Much longer than a death takes to be noticed, much
    /// shorter than a person waits. Default: 2 minutes.
    /// </summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
