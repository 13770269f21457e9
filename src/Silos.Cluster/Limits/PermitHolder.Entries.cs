using Silos.Engine.Queues;

namespace Silos.Cluster.Limits;

/// <summary>What is kept about each limit and each home.</summary>
internal sealed partial class PermitHolder
{
    private sealed class HomeState
    {
        /// <summary>Gets or sets the latest epoch of the home that is known.</summary>
        public long Epoch { get; set; }

        public long Sequence { get; set; }

        /// <summary>Gets or sets the report that waits for its answer; 0 for none.</summary>
        public long UnderWay { get; set; }

        public bool Full { get; set; }

        public DateTimeOffset SaidAt { get; set; } = DateTimeOffset.MinValue;

        public HashSet<GateKey> Dirty { get; } = [];
    }

    private sealed class Entry(GateKey gate, int home)
    {
        public GateKey Gate { get; } = gate;

        public int Home { get; } = home;

        /// <summary>Gets or sets how many permits are here.</summary>
        public int Allowed { get; set; }

        public int InUse { get; set; }

        /// <summary>Gets or sets the limit under which they were granted.</summary>
        public int Limit { get; set; }

        public int Wanted { get; set; }

        public int AskedLimit { get; set; }

        public int SaidWanted { get; set; }

        public int SaidLimit { get; set; }

        public bool Contended { get; set; }

        public long ToldAt { get; set; }

        /// <summary>Gets or sets whether permits arrived that the partition has not looked at.</summary>
        public bool Fresh { get; set; }

        public DateTimeOffset KeepUntil { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset UsedAt { get; set; } = DateTimeOffset.MinValue;

        /// <summary>Gets or sets the limit for which a run waits that has one of these kept for it.</summary>
        public GateKey? KeptFor { get; set; }

        /// <summary>Gets or sets the limit of which the first that waits for this one has a permit kept.</summary>
        public GateKey? Before { get; set; }

        public bool Allows(int limit) => InUse < Allowed && Limit <= limit;
    }
}
