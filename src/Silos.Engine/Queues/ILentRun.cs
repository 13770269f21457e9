using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Queues;

/// <summary>An attempt as the owner of its run sees it, wherever it executes.</summary>
internal interface ILentRun
{
    /// <summary>Gets the run as it was when the attempt began.</summary>
    PendingRun Pending { get; }

    /// <summary>Gets the handler, or what is known of it here.</summary>
    HandlerRegistration Registration { get; }

    /// <summary>Gets the claim the attempt belongs to.</summary>
    OpenClaim Claim { get; }

    /// <summary>Gets the attempt's token.</summary>
    long FencingToken { get; }

    /// <summary>Gets when it was claimed.</summary>
    DateTimeOffset StartedAt { get; }

    /// <summary>Gets when it ended.</summary>
    DateTimeOffset EndedAt { get; }

    /// <summary>Gets how it ended; null while it goes on.</summary>
    AttemptOutcome? Outcome { get; }

    /// <summary>Gets who wants the run cancelled, as far as the attempt was told.</summary>
    CancelRequest? Cancellation { get; }

    /// <summary>Gets the process that executes it; null for this one.</summary>
    string? RemoteWorker { get; }

    /// <summary>Gets or sets its place in the owner's list of live attempts; the owner's own.</summary>
    int LiveIndex { get; set; }

    /// <summary>Gets or sets what follows for the run; the owner's own, once the attempt has ended.</summary>
    RunDecision Decision { get; set; }

    /// <summary>Gets or sets how many commits that held nothing but this outcome have failed; the owner's own.</summary>
    int FailedAlone { get; set; }

    /// <summary>Gets the run's id.</summary>
    RunId RunId => Pending.Id;

    /// <summary>Tells the handler to stop. False if it was told before for as strong a reason, or has ended.</summary>
    bool RequestStop(StopReason reason, CancelRequest? request);

    /// <summary>Gives the attempt up: its outcome is recorded now, whatever its code still does. False if it has ended.</summary>
    bool Abandon();
}
