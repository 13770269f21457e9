using Silos.Client;
using Silos.Jobs;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>What the page on which one triggers a job shows.</summary>
/// <param name="Name">The job's name.</param>
/// <param name="View">The job; null while the store is away and there is nothing to show but what was written.</param>
/// <param name="Blockers">What stands in the way of a run now.</param>
internal sealed record TriggerPage(JobName Name, JobView? View, IReadOnlyList<Blocker> Blockers)
{
    /// <summary>Gets what was written into the form that was refused; null at first.</summary>
    public TriggerWish? Wish { get; init; }

    /// <summary>Gets why it was refused; null at first.</summary>
    public Problem? Problem { get; init; }
}

/// <summary>What a run shall be, as written.</summary>
/// <param name="Payload">The payload.</param>
/// <param name="Overlap">What to do if the job is running.</param>
internal sealed record TriggerWish(string? Payload, string? Overlap);

/// <summary>What the page on which one makes up for the past shows.</summary>
/// <param name="Name">The job's name.</param>
/// <param name="From">The first instant, if it was said.</param>
/// <param name="To">The last instant, if it was said.</param>
/// <param name="Count">How many runs it would make, once both were said.</param>
internal sealed record BackfillPage(JobName Name, DateTimeOffset? From, DateTimeOffset? To, int? Count)
{
    /// <summary>Gets why it was refused; null if it was not.</summary>
    public Problem? Problem { get; init; }
}
