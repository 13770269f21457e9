using Microsoft.Extensions.Options;
using Silos.Engine;
using Silos.Engine.Queues;
using Silos.Engine.Workers;
using Silos.Workers;

namespace Silos.Cluster.Workers;

/// <summary>This silo, as the others see it.</summary>
internal sealed class LocalWorker(IOptions<EngineOptions> options, HandlerRegistry handlers, HandlerGates gates, Worker worker, AttemptRoutes routes)
{
    private readonly SlotShare _slots = new(static () => { });
    private readonly HandlerRegistration[] _handlers = [.. handlers.All.Where(handler => handler.Enabled)];

    /// <summary>Gets the name under which it executes attempts.</summary>
    public string Worker => options.Value.WorkerName;

    /// <summary>Gets or sets whether it is stopping or drained.</summary>
    public bool Draining { get; set; }

    /// <summary>Gets what it says about itself.</summary>
    public WorkerFacts Facts() => new(
        Worker,
        worker.Slots.Capacity > 0 ? Array.ConvertAll(_handlers, FactsOf) : [],
        Draining ? 0 : worker.Slots.Capacity - worker.Slots.Taken,
        options.Value.Roles.HasFlag(SilosRoles.Scheduler),
        Draining);

    /// <summary>
    /// Begins attempts at runs that an owner elsewhere lends; those for which there is no slot or handler, or whose handler executes here
    /// as often as it may, are refused.
    /// </summary>
    public LendAnswer Take(LendMessage message)
    {
        var room = Draining ? 0 : worker.Slots.Take(_slots, message.Runs.Count);
        worker.Slots.Take(_slots, 0);
        var taken = new List<AttemptContext>(room);
        var refused = new List<long>();
        var full = new HashSet<string>(StringComparer.Ordinal);
        var route = routes.Of(message.Owner.Partition);
        var claim = new OpenClaim(default);
        foreach (var lent in message.Runs)
        {
            if (taken.Count >= room || handlers.FindHere(lent.Run.Request.Handler) is not { Enabled: true } handler)
            {
                refused.Add(lent.Token);
            }
            else if (!gates.TryTake(handler, waiter: null))
            {
                refused.Add(lent.Token);
                full.Add(handler.Key);
            }
            else
            {
                taken.Add(new AttemptContext(worker, route, lent.Run, handler, claim, lent.Token, lent.StartedAt));
            }
        }

        worker.Slots.Return(room - taken.Count);
        if (taken.Count > 0)
        {
            route.Borrow(message.Owner, taken);
            worker.Start(taken);
        }

        return new LendAnswer(refused, [.. full]);
    }

    private HandlerFacts FactsOf(HandlerRegistration handler) => new(
        handler.Key, handler.Description, handler.Retry, handler.Timeout, handler.MaxConcurrency, handler.MaxConcurrency > 0 ? gates.Free(handler) : 0,
        handler.Reserved);
}
