using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Queues;

/// <summary>The ledger of one process as one of its partitions uses it.</summary>
internal sealed class LedgerLimits(LimitLedger ledger, ILimitWaiter partition) : ILimits
{
    public GateKey? TryTake(NewRun run, HandlerRegistration handler, bool here) => ledger.TryTake(run, handler, partition);

    public void Take(NewRun run, HandlerRegistration handler) => ledger.Take(run, handler);

    public void Return(NewRun run, HandlerRegistration handler) => ledger.Return(run, handler);

    public void NotStarted(HandlerRegistration handler, bool here)
    {
        // Given back with all the others.
    }

    public void Linger(NewRun run, HandlerRegistration handler, string worker)
    {
        // Its only worker is the process itself.
    }

    public bool IsFullHere(HandlerRegistration handler) => false;

    public void Await(GateKey gate, NewRun? first, HandlerRegistration? handler, int waiting, int? passed)
    {
        if (waiting > 0)
        {
            ledger.Await(gate, partition);
        }
    }

    public int Free(GateKey gate, NewRun run, HandlerRegistration handler) => ledger.Free(gate, run, handler);

    public (GateKey Key, int? InUse, int Limit)? Reached(NewRun run, HandlerRegistration handler) => ledger.Reached(run, handler);

    public void Opened(long epoch)
    {
        // What executes was counted all the time.
    }

    public void Closed()
    {
        // What executes is counted on.
    }

    public void Settle()
    {
        // Nothing is taken that is not used.
    }
}
