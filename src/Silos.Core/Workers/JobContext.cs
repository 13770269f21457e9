using Microsoft.Extensions.Logging;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Workers;

/// <summary>An attempt, as its handler sees it.</summary>
public abstract class JobContext
{
    /// <summary>Gets the run.</summary>
    public abstract RunId RunId { get; }

    /// <summary>Gets the tenant.</summary>
    public abstract TenantId Tenant { get; }

    /// <summary>Gets the job, or null for a one-off run.</summary>
    public abstract JobName? Job { get; }

    /// <summary>Gets the queue the run came from.</summary>
    public abstract QueueName Queue { get; }

    /// <summary>Gets the key of the handler.</summary>
    public abstract string Handler { get; }

    /// <summary>Gets the due instant the run was made for (of its occurrence, else when it may start): the time to compute with.</summary>
    public abstract DateTimeOffset DueAt { get; }

    /// <summary>Gets which attempt this is; 1 for the first.</summary>
    public abstract int Attempt { get; }

    /// <summary>Gets how many attempts there are.</summary>
    public abstract int MaxAttempts { get; }

    /// <summary>
    /// Gets a number that rises with every attempt of the run, across processes. A resource that refuses lower numbers than
    /// it has seen makes a handler's effect exactly-once even if a paused process wakes up.
    /// </summary>
    public abstract long FencingToken { get; }

    /// <summary>Gets a text that is the same for every attempt of this run and different for every other run.</summary>
    public string IdempotencyKey => $"silos-{RunId}";

    /// <summary>Gets what the run was given, as JSON.</summary>
    public abstract JsonText Payload { get; }

    /// <summary>Gets the options the run was asked for with: tags, metadata, limits.</summary>
    public abstract RunOptions Options { get; }

    /// <summary>Gets the services of this attempt's scope.</summary>
    public abstract IServiceProvider Services { get; }

    /// <summary>Gets a logger whose lines go to the run's log and to the process's.</summary>
    public abstract ILogger Log { get; }

    /// <summary>Gets the clock to use.</summary>
    public abstract TimeProvider Clock { get; }

    /// <summary>Gets the reason and author of a cancellation, once one was asked for; null before, and when the process stops.</summary>
    public abstract CancelRequest? Cancellation { get; }

    /// <summary>Reports progress; cheap to call often, because only the latest is written, a few times a second.</summary>
    /// <param name="percent">0 to 100.</param>
    /// <param name="message">What is going on, in words.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is not between 0 and 100.</exception>
    public abstract ValueTask ReportProgressAsync(int percent, string? message = null);

    /// <summary>
    /// Does something once per run: when it has returned, its result is stored before this method returns, and later
    /// attempts get the stored result instead of doing it again.
    /// </summary>
    /// <typeparam name="T">The result's type; must survive JSON.</typeparam>
    /// <param name="name">The step's name, unique in the run.</param>
    /// <param name="step">What to do; throwing fails the step and the attempt.</param>
    /// <exception cref="InvalidException"><paramref name="name"/> is not a name.</exception>
    public abstract Task<T> StepAsync<T>(string name, Func<CancellationToken, Task<T>> step);

    /// <inheritdoc cref="StepAsync{T}"/>
    public Task StepAsync(string name, Func<CancellationToken, Task> step) => StepAsync<object?>(name, async token =>
    {
        await step(token);
        return null;
    });

    /// <summary>Sets what the run returns; the last call counts. Must survive JSON; at most 256 KiB.</summary>
    public abstract void SetResult<T>(T result);

    /// <summary>
    /// Records that one item of the work failed while the rest goes on: the run may complete all the same, and shows how
    /// many items failed and why (in its log).
    /// </summary>
    /// <param name="item">Which item.</param>
    /// <param name="exception">What went wrong.</param>
    public abstract void ItemFailed(string item, Exception exception);

    /// <summary>Gets how many items failed so far.</summary>
    public abstract int ItemErrors { get; }
}
