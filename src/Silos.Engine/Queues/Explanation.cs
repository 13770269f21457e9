using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Collects what keeps a run from starting, as sentences that say who, since when and what to do.</summary>
internal sealed class Explanation(PartitionServices services, ILimits limits, PendingRun run)
{
    public List<Blocker> Blockers { get; } = [];

    public void Add(string code, string message, DateTimeOffset? until = null) => Blockers.Add(new Blocker(code, message, until));

    /// <summary>Pauses of everything, the tenant, the queue.</summary>
    public void Pauses()
    {
        var settings = services.Settings;
        if (settings.All is { } all)
        {
            Add("all_paused", $"Everything is paused {Who(all)}. Resume it to go on.");
        }

        if (settings.Of(run.Request.Tenant) is { } tenant)
        {
            Add("tenant_paused", $"Tenant '{run.Request.Tenant}' is paused {Who(tenant)}. Resume it to go on.");
        }

        if (settings.Of(run.Queue).Pause is { } queue)
        {
            Add("queue_paused", $"Queue '{run.Queue.Name}' is paused {Who(queue)}. Resume it to go on.");
        }
    }

    /// <summary>A handler that is missing or switched off, and one-off runs that are switched off.</summary>
    public void Handler()
    {
        if (!services.Options.QueueEnabled && run.Request.Job is null)
        {
            Add("queue_switched_off", $"One-off runs are switched off in this process ({EngineOptions.Section}:{nameof(EngineOptions.QueueEnabled)}). Switch them on and restart.");
        }

        var handler = services.Handlers.Find(run.Request.Handler);
        if (handler is null)
        {
            Add("no_handler", services.Handlers.Advice(run.Request.Handler));
        }
        else if (!handler.Enabled)
        {
            Add("handler_disabled", $"Handler '{handler.Key}' is switched off. Enable it in its registration or in the settings.");
        }
    }

    /// <summary>Limits of the queue, its rate, the job, the key, the handler.</summary>
    public void Limits(Lane? lane, DateTimeOffset now)
    {
        if (services.Handlers.Find(run.Request.Handler) is { } handler
            && limits.Reached(run.Request, handler) is { } reached)
        {
            var (code, what) = reached.Key.Kind switch
            {
                GateKind.Job => ("job_limit", $"job '{reached.Key.Name}'"),
                GateKind.ConcurrencyKey => ("key_limit", $"concurrency key '{reached.Key.Name}'"),
                _ => ("handler_limit", $"handler '{reached.Key.Name}'"),
            };
            Add(code, reached.InUse is null
                ? $"The silo that counts the runs of {what} has changed; it starts as soon as those that are executing (at most {reached.Limit}) are counted."
                : $"{reached.InUse} of at most {reached.Limit} runs of {what} are executing; it starts when one of them ends.");
        }

        if (lane?.Settings.Limits.MaxConcurrency is { } most && lane.InFlight >= most)
        {
            Add("queue_limit", $"{lane.InFlight} of at most {most} runs of queue '{lane.Key.Name}' are executing; it starts when one of them ends.");
        }

        if (lane?.Bucket is { } bucket)
        {
            bucket.Fill(now);
            if (!bucket.Allows)
            {
                var limits = lane.Settings.Limits;
                Add("rate_limit", $"Queue '{lane.Key.Name}' starts at most {limits.Rate} runs per {limits.RateInterval}.", bucket.NextAt);
            }
        }
    }

    /// <summary>No worker here, no slots, or the process stops.</summary>
    public void Worker()
    {
        var slots = services.Worker.Slots;
        if (services.Draining)
        {
            Add("draining", "The process is stopping or being drained and starts nothing more; the run starts after the restart, or when the drain is ended.");
        }

        if (services.Remote is { } remote)
        {
            AnyWorker(remote);
        }
        else if (slots.Capacity == 0)
        {
            Add("no_worker", $"This process has no role 'worker' ({EngineOptions.Section}:{nameof(EngineOptions.Roles)}), so it executes nothing.");
        }
        else if (slots.Taken >= slots.Capacity)
        {
            var abandoned = services.Worker.Abandoned;
            Add("no_slots", $"All {slots.Capacity} slots of the process are taken{(abandoned > 0 ? $", {abandoned} of them by abandoned attempts that ignore cancellation" : string.Empty)}; it starts when one is free.");
        }
    }

    /// <summary>In a cluster: no slot on any silo that has the handler.</summary>
    private void AnyWorker(IRemoteWorkers remote)
    {
        var handler = run.Request.Handler;
        var slots = services.Worker.Slots;
        var here = slots.Capacity > 0 && services.Handlers.FindHere(handler) is { Enabled: true };
        var others = remote.Having(handler);
        if ((here && slots.Taken < slots.Capacity) || others.Any(other => other.Free > 0) || services.Handlers.Find(handler) is not { Enabled: true })
        {
            return;
        }

        var names = others.Select(other => other.Worker).Concat(here ? [services.Options.WorkerName] : []).ToList();
        Add(
            names.Count == 0 ? "no_worker" : "no_slots",
            names.Count == 0
                ? $"The silos that have handler '{handler}' have no role 'worker' ({EngineOptions.Section}:{nameof(EngineOptions.Roles)}), so they execute nothing."
                : $"All slots of the silos that have handler '{handler}' are taken ({string.Join(", ", names)}); it starts when one is free.");
    }

    private static string Who(Pause pause) =>
        $"by {pause.By} since {pause.At:yyyy-MM-dd'T'HH:mm:ss'Z'}{(string.IsNullOrEmpty(pause.Reason) ? string.Empty : $" ({pause.Reason})")}";
}
