using Silos.Grains;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Cluster.Queues;

/// <summary>Runs to store.</summary>
/// <param name="Runs">The runs, all of one partition.</param>
/// <param name="MayRepeat">Whether their ids may have been used before.</param>
internal sealed record EnqueueMessage(IReadOnlyList<NewRun> Runs, bool MayRepeat);

/// <summary>What became of runs to store.</summary>
/// <param name="Outcomes">What became of each, in order; null if nothing was stored for certain.</param>
/// <param name="Problem">Why nothing was.</param>
internal sealed record EnqueueAnswer(IReadOnlyList<EnqueueOutcome>? Outcomes, string? Problem)
{
    /// <summary>Gets the error of ours, where the answer is one of several.</summary>
    public ReplyError? Error { get; init; }
}

/// <summary>Runs to store that were asked for independently of each other.</summary>
/// <param name="Messages">What was asked for, all of one partition.</param>
internal sealed record EnqueueMessages(IReadOnlyList<EnqueueMessage> Messages);

/// <summary>What became of <see cref="EnqueueMessages"/>.</summary>
/// <param name="Answers">The answer to each, in order.</param>
internal sealed record EnqueueAnswers(IReadOnlyList<EnqueueAnswer> Answers);

/// <summary>Reasons why a run does not start.</summary>
/// <param name="Blockers">The reasons, the first one first.</param>
internal sealed record BlockersAnswer(IReadOnlyList<Blocker> Blockers);

/// <summary>Which run to wait for.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Run">Which.</param>
/// <param name="Patience">How long.</param>
internal sealed record WaitMessage(TenantId Tenant, RunId Run, TimeSpan Patience);
