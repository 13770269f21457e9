using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Queues;

/// <summary>What a limit counts.</summary>
internal enum GateKind
{
    /// <summary>Runs of one job.</summary>
    Job,

    /// <summary>Runs with one concurrency key.</summary>
    ConcurrencyKey,

    /// <summary>Runs of one handler in this process.</summary>
    Handler,

    /// <summary>Nothing passes: no such handler here.</summary>
    NoHandler,

    /// <summary>Nothing passes: the handler is switched off.</summary>
    HandlerDisabled,

    /// <summary>Nothing passes: one-off runs are switched off.</summary>
    QueueSwitchedOff,

    /// <summary>Only other processes have the handler, and none of them has a free slot.</summary>
    NoSlotElsewhere,
}

/// <summary>Names a limit of this process.</summary>
/// <param name="Kind">What it counts.</param>
/// <param name="Tenant">Whose; handlers belong to nobody.</param>
/// <param name="Name">Which job, key or handler.</param>
internal readonly record struct GateKey(GateKind Kind, TenantId Tenant, string Name)
{
    /// <summary>Finds a limit that no run passes as things stand; null if there is none.</summary>
    public static GateKey? Closed(NewRun run, HandlerRegistration? handler, bool queueEnabled) => handler switch
    {
        null => new GateKey(GateKind.NoHandler, default, run.Handler),
        { Enabled: false } => new GateKey(GateKind.HandlerDisabled, default, run.Handler),
        _ when !queueEnabled && run.Job is null => new GateKey(GateKind.QueueSwitchedOff, default, string.Empty),
        _ => null,
    };

    /// <summary>Tells whether a run needs a permit of any limit.</summary>
    public static bool Limited(NewRun run, HandlerRegistration handler) =>
        handler.MaxConcurrency > 0 || run.Options.ConcurrencyKey is not null
        || (run.Options.JobLimit > 0 && run.Job is not null);
}
