using Silos.Engine.Queues;
using Silos.Workers;

namespace Silos.Cluster.Workers;

/// <summary>How often each handler with a limit executes on this silo, whoever owns the runs. Counted from the start of an attempt to its end.</summary>
internal sealed class HandlerGates
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Names the limit of a handler.</summary>
    public static GateKey KeyOf(HandlerRegistration handler) => new(GateKind.Handler, default, handler.Key);

    /// <summary>Takes a permit for an attempt that begins here.</summary>
    /// <param name="handler">The handler.</param>
    /// <param name="waiter">Who is told when one comes back, if there is none.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(HandlerRegistration handler, ILimitWaiter? waiter)
    {
        if (handler.MaxConcurrency <= 0)
        {
            return true;
        }

        lock (_lock)
        {
            var gate = GateOf(handler.Key);
            if (gate.InUse < handler.MaxConcurrency)
            {
                gate.InUse++;
                return true;
            }

            if (waiter is not null)
            {
                gate.Waiting.Add(waiter);
            }

            return false;
        }
    }

    /// <summary>An attempt that took a permit is over, or never began.</summary>
    public void Return(HandlerRegistration handler)
    {
        if (handler.MaxConcurrency <= 0)
        {
            return;
        }

        ILimitWaiter[] told;
        lock (_lock)
        {
            var gate = GateOf(handler.Key);
            gate.InUse--;
            told = [.. gate.Waiting];
            gate.Waiting.Clear();
        }

        Array.ForEach(told, waiter => waiter.OnPermit(KeyOf(handler)));
    }

    /// <summary>Asks to be told when a permit comes back.</summary>
    public void Await(string handler, ILimitWaiter waiter)
    {
        lock (_lock)
        {
            GateOf(handler).Waiting.Add(waiter);
        }
    }

    /// <summary>Gets how often a handler executes here.</summary>
    public int InUse(string handler)
    {
        lock (_lock)
        {
            return _gates.TryGetValue(handler, out var gate) ? gate.InUse : 0;
        }
    }

    /// <summary>Gets how many more attempts of a handler may begin here.</summary>
    public int Free(HandlerRegistration handler) =>
        handler.MaxConcurrency <= 0 ? int.MaxValue : Math.Max(0, handler.MaxConcurrency - InUse(handler.Key));

    private Gate GateOf(string handler)
    {
        if (!_gates.TryGetValue(handler, out var gate))
        {
            _gates.Add(handler, gate = new Gate());
        }

        return gate;
    }

    private sealed class Gate
    {
        public int InUse { get; set; }

        public HashSet<ILimitWaiter> Waiting { get; } = [];
    }
}
