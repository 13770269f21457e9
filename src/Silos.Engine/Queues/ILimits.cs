using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Queues;

/// <summary>Limits that partitions share (jobs, concurrency keys, handlers), as one partition uses them.</summary>
/// <remarks>
/// One process counts in memory: <see cref="LimitLedger"/>. A cluster lends permits to partitions, and a missing one is asked for and
/// arrives later, told by <see cref="ILimitWaiter.OnPermit"/>. Called under the partition's lock; must not wait.
/// </remarks>
internal interface ILimits
{
    /// <summary>Takes every permit that a run needs, or none; a missing one is asked for.</summary>
    /// <param name="run">The run.</param>
    /// <param name="handler">Its handler.</param>
    /// <param name="here">Whether it shall execute in this process, whose handlers have limits of their own.</param>
    /// <returns>The limit that is reached; null if the permits were taken.</returns>
    GateKey? TryTake(NewRun run, HandlerRegistration handler, bool here);

    /// <summary>Takes every permit that a run needs even beyond the limit: it executes already.</summary>
    void Take(NewRun run, HandlerRegistration handler);

    /// <summary>Gives a run's permits back: its attempt is over.</summary>
    void Return(NewRun run, HandlerRegistration handler);

    /// <summary>Gives back what an attempt took that never began; after <see cref="Return"/>.</summary>
    void NotStarted(HandlerRegistration handler, bool here);

    /// <summary>A worker is gone, and an attempt with it: keeps its permits for as long as its code may go on there.</summary>
    void Linger(NewRun run, HandlerRegistration handler, string worker);

    /// <summary>Whether a handler executes here as often as it may, so that another process is the better place.</summary>
    bool IsFullHere(HandlerRegistration handler);

    /// <summary>Says how many runs wait for a limit now, after those that it lets pass were put back into their queues.</summary>
    /// <param name="gate">The limit.</param>
    /// <param name="first">The first of them; null if none waits.</param>
    /// <param name="handler">The handler of the first.</param>
    /// <param name="waiting">How many wait.</param>
    /// <param name="passed">How many were put back and may start now; null if nobody looked.</param>
    void Await(GateKey gate, NewRun? first, HandlerRegistration? handler, int waiting, int? passed);

    /// <summary>Gets how many permits of a limit a run like this one finds free.</summary>
    int Free(GateKey gate, NewRun run, HandlerRegistration handler);

    /// <summary>Finds the first limit that a run would meet now; null if none. Without a number in use, they are being counted.</summary>
    (GateKey Key, int? InUse, int Limit)? Reached(NewRun run, HandlerRegistration handler);

    /// <summary>The partition is owned, under this epoch.</summary>
    void Opened(long epoch);

    /// <summary>The partition is not owned any more; its attempts may go on.</summary>
    void Closed();

    /// <summary>A turn is over: permits that it did not use are of use to others, and what is missing is asked for.</summary>
    void Settle();
}
