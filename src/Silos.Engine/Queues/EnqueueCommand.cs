using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>A caller who waits until runs are stored.</summary>
internal sealed class EnqueueCommand(IReadOnlyList<NewRun> runs, bool mayRepeat)
    : TaskCompletionSource<IReadOnlyList<EnqueueOutcome>>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public IReadOnlyList<NewRun> Runs { get; } = runs;

    /// <summary>Gets or sets whether the ids may be in the store already.</summary>
    public bool MayRepeat { get; set; } = mayRepeat;
}
