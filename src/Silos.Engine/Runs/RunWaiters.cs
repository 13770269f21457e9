using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Runs;

/// <summary>Those who wait for the end of a run. Told from memory; the store is read as a safety net.</summary>
internal sealed class RunWaiters(IRunReader reader, TimeProvider clock, EndedRuns? remembered = null)
{
    // A notification is lost only if another process finished the run, so a rare look is enough.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<RunId, List<TaskCompletionSource<Run?>>> _waiting = [];
    private int _count;

    /// <summary>Tells whether anybody waits for anything: the usual answer is no, and costs one read.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    /// <summary>Tells whether runs are remembered that are deleted when they complete.</summary>
    public bool Remembers => remembered is not null;

    /// <summary>Says that a run has ended, after the write.</summary>
    public void Ended(PendingRun run, FinishedRun end)
    {
        if (remembered is not null && end.Delete)
        {
            remembered.Add(EndedRun.From(run, end));
        }

        List<TaskCompletionSource<Run?>>? waiters;
        lock (_lock)
        {
            _waiting.TryGetValue(run.Id, out waiters);
            waiters = waiters is null ? null : [.. waiters];
        }

        waiters?.ForEach(waiter => waiter.TrySetResult(EndedRun.From(run, end)));
    }

    /// <summary>Waits for the end of a run.</summary>
    /// <exception cref="NotFoundException">The tenant has no such run.</exception>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="run">The run.</param>
    /// <param name="ask">Asks for the run, if that is still to be done: its end is listened for before, so that a run which is deleted when it completes is heard of.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Run> WaitAsync(TenantId tenant, RunId run, Func<Task>? ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            // First listen, then look: an end between the two is heard.
            var waiter = new TaskCompletionSource<Run?>(TaskCreationOptions.RunContinuationsAsynchronously);
            Listen(run, waiter);
            try
            {
                if (ask is not null)
                {
                    await ask();
                    ask = null;
                }

                var found = await reader.FindAsync(tenant, run, cancellationToken);
                if (found is null && !waiter.Task.IsCompleted)
                {
                    throw new NotFoundException("run", run.ToString());
                }

                if (found is not null && found.Run.State.IsFinal())
                {
                    return found.Run;
                }

                await using var again = clock.CreateTimer(
                    static state => ((TaskCompletionSource<Run?>)state!).TrySetResult(null), waiter, LookAgain, Timeout.InfiniteTimeSpan);
                await using var cancelled = cancellationToken.UnsafeRegister(
                    static (state, token) => ((TaskCompletionSource<Run?>)state!).TrySetCanceled(token), waiter);
                if (await waiter.Task is { } ended)
                {
                    return ended.Tenant == tenant ? ended : throw new NotFoundException("run", run.ToString());
                }
            }
            finally
            {
                Leave(run, waiter);
            }
        }
    }

    private void Listen(RunId run, TaskCompletionSource<Run?> waiter)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(run, out var waiters))
            {
                _waiting.Add(run, waiters = []);
            }

            waiters.Add(waiter);
            _count++;
        }
    }

    private void Leave(RunId run, TaskCompletionSource<Run?> waiter)
    {
        lock (_lock)
        {
            _count--;
            if (_waiting.TryGetValue(run, out var waiters) && waiters.Remove(waiter) && waiters.Count == 0)
            {
                _waiting.Remove(run);
            }
        }
    }
}
