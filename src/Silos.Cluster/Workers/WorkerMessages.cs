using Silos.Engine.Queues;
using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Cluster.Workers;

/// <summary>What a silo tells the others about itself.</summary>
/// <param name="Worker">The name under which it executes attempts.</param>
/// <param name="Handlers">The handlers that are registered and switched on there.</param>
/// <param name="Free">How many slots are free.</param>
/// <param name="Schedules">Whether it owns partitions.</param>
/// <param name="Draining">Whether it is stopping or drained: it takes nothing new.</param>
internal sealed record WorkerFacts(string Worker, IReadOnlyList<HandlerFacts> Handlers, int Free, bool Schedules, bool Draining);

/// <summary>What is known of a handler of another silo.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Description">What it does.</param>
/// <param name="Retry">Its retry policy.</param>
/// <param name="Timeout">How long an attempt may take.</param>
/// <param name="MaxConcurrency">How many may execute at once in one process; 0 for no limit.</param>
/// <param name="Free">How many more may begin there now; meaningless without a limit.</param>
/// <param name="Reserved">Whether only Silos itself asks for its runs.</param>
internal sealed record HandlerFacts(
    string Key, string? Description, RetryPolicy? Retry, TimeSpan? Timeout, int MaxConcurrency, int Free, bool Reserved);

/// <summary>Runs that the owner of a partition lends to a worker.</summary>
/// <param name="Owner">The partition and its epoch.</param>
/// <param name="Runs">The runs, in order.</param>
internal sealed record LendMessage(PartitionEpoch Owner, IReadOnlyList<LentRun> Runs);

/// <summary>One lent run.</summary>
/// <param name="Run">The run as its row has it.</param>
/// <param name="Token">The token of the attempt.</param>
/// <param name="StartedAt">When it was claimed.</param>
internal sealed record LentRun(PendingRun Run, long Token, DateTimeOffset StartedAt);

/// <summary>Which of the lent runs the worker did not take.</summary>
/// <param name="Refused">The tokens of their attempts.</param>
/// <param name="Full">Handlers that execute there as often as they may.</param>
internal sealed record LendAnswer(IReadOnlyList<long> Refused, IReadOnlyList<string> Full);

/// <summary>The wish that an attempt stops.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Token">Its token.</param>
/// <param name="Reason">Why.</param>
/// <param name="Request">Who wants it, if somebody cancelled the run.</param>
/// <param name="Abandon">Whether to record the end at once, whatever the handler does.</param>
internal sealed record StopMessage(int Partition, long Token, StopReason Reason, CancelRequest? Request, bool Abandon);

/// <summary>A new owner asks what became of attempts.</summary>
/// <param name="Owner">The partition and the new epoch.</param>
/// <param name="Tokens">The attempts.</param>
internal sealed record AskMessage(PartitionEpoch Owner, IReadOnlyList<long> Tokens);

/// <summary>How attempts stand or ended.</summary>
/// <param name="Worker">The worker that says so.</param>
/// <param name="Reports">What it says; an attempt that is missing is unknown to it.</param>
internal sealed record ReportMessage(string Worker, IReadOnlyList<AttemptReport> Reports);
