using Silos.Jobs;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>What the page on which one triggers a job shows.</summary>
/// <param name="View">The job.</param>
/// <param name="Blockers">What stands in the way of a run now.</param>
internal sealed record TriggerPage(JobView View, IReadOnlyList<Blocker> Blockers);

/// <summary>What the page on which one makes up for the past shows.</summary>
/// <param name="View">The job.</param>
/// <param name="From">The first instant, if it was said.</param>
/// <param name="To">The last instant, if it was said.</param>
/// <param name="Count">How many runs it would make, once both were said.</param>
internal sealed record BackfillPage(JobView View, DateTimeOffset? From, DateTimeOffset? To, int? Count);
