namespace Silos.Engine.Queues;

/// <summary>Whose turn it is: tenants by turns, and inside a tenant queues by weight (stride scheduling).</summary>
internal sealed class FairShare
{
    private readonly Dictionary<TenantId, Tenant> _tenants = [];
    private readonly List<Tenant> _ready = [];
    private int _turn;

    /// <summary>Begins a round with the lanes that may start something.</summary>
    public void Begin(IEnumerable<Lane> lanes)
    {
        foreach (var tenant in _ready)
        {
            tenant.Lanes.Clear();
        }

        _ready.Clear();
        foreach (var lane in lanes)
        {
            if (lane.Startable == 0)
            {
                continue;
            }

            if (!_tenants.TryGetValue(lane.Key.Tenant, out var tenant))
            {
                _tenants.Add(lane.Key.Tenant, tenant = new Tenant());
            }

            if (tenant.Lanes.Count == 0)
            {
                _ready.Add(tenant);
            }

            // A queue that had nothing to do for a while saves up nothing.
            lane.Pass = Math.Max(lane.Pass, tenant.Time);
            tenant.Lanes.Enqueue(lane, (lane.Pass, lane.Key.Name.Value));
        }
    }

    /// <summary>Takes the lane whose turn it is; null if none may start anything. Give it back with <see cref="GiveBack"/> if it may start more.</summary>
    public Lane? Next()
    {
        while (_ready.Count > 0)
        {
            _turn = _turn >= _ready.Count ? 0 : _turn;
            var tenant = _ready[_turn];
            if (tenant.Lanes.TryDequeue(out var lane, out _))
            {
                _turn++;
                tenant.Time = Math.Max(tenant.Time, lane.Pass);
                return lane;
            }

            _ready.RemoveAt(_turn);
        }

        return null;
    }

    /// <summary>Gets whether nobody but the lane that was taken last may start anything.</summary>
    public bool Alone => _ready.Count == 1 && _ready[0].Lanes.Count == 0;

    /// <summary>Counts a start of a lane.</summary>
    public static void Charge(Lane lane) => lane.Pass += 1.0 / Math.Max(1, lane.Settings.Limits.Weight);

    /// <summary>Gives a lane back after its turn.</summary>
    public void GiveBack(Lane lane)
    {
        if (lane.Startable > 0)
        {
            _tenants[lane.Key.Tenant].Lanes.Enqueue(lane, (lane.Pass, lane.Key.Name.Value));
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _tenants.Clear();
        _ready.Clear();
        _turn = 0;
    }

    private sealed class Tenant
    {
        public PriorityQueue<Lane, (double Pass, string Name)> Lanes { get; } = new(ByPass.Instance);

        public double Time { get; set; }

    }

    private sealed class ByPass : IComparer<(double Pass, string Name)>
    {
        public static readonly ByPass Instance = new();

        public int Compare((double Pass, string Name) x, (double Pass, string Name) y)
        {
            var byPass = x.Pass.CompareTo(y.Pass);
            return byPass != 0 ? byPass : string.CompareOrdinal(x.Name, y.Name);
        }
    }
}
