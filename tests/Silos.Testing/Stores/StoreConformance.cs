using System.Text.Json;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What the conformance suites share: a store of their own, and short ways to fill it.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    /// <summary>Noon, from which the tests count.</summary>
    protected static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };
    private ISilosStore? _store;

    /// <summary>Gets the store of this test: opened, empty.</summary>
    protected ISilosStore Store => _store ?? throw new InvalidOperationException("The store is not open yet.");

    /// <summary>Gets the test's cancellation.</summary>
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync() => _store = await OpenStoreAsync();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    /// <summary>Makes an empty store and opens it. The suite disposes it.</summary>
    protected abstract ValueTask<ISilosStore> OpenStoreAsync();

    /// <summary>Compares everything in two values, lists included.</summary>
    protected static void Same<T>(T expected, T actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected, Indented), JsonSerializer.Serialize(actual, Indented));

    /// <summary>Makes a run that waits for nothing. Ids rise from call to call.</summary>
    protected static NewRun ARun(
        string queue = "default", int priority = 0, DateTimeOffset? due = null, DateTimeOffset? enqueued = null, JobKey? job = null) => new()
        {
            Id = RunId.New(Noon),
            Tenant = job?.Tenant ?? TenantId.Default,
            Handler = "work",
            Queue = QueueName.Parse(queue),
            Priority = priority,
            Job = job?.Name,
            DueAt = due ?? Noon,
            EnqueuedAt = enqueued ?? Noon,
        };

    /// <summary>Addresses a job of the tenant <c>default</c>.</summary>
    protected static JobKey Key(string name) => new(TenantId.Default, JobName.Parse(name));

    /// <summary>Saves a job and returns it as stored.</summary>
    protected async Task<Job> SaveJobAsync(
        string name = "nightly", string tenant = "default", DateTimeOffset? nextDue = null, Func<Job, Job>? change = null, string? definedBy = null)
    {
        var job = new Job
        {
            Key = new JobKey(TenantId.Parse(tenant), JobName.Parse(name)),
            Definition = new JobDefinition { Name = JobName.Parse(name), Handler = "work" },
            Source = "code",
            CreatedAt = Noon,
            UpdatedAt = Noon,
            Cursor = Noon,
            NextDue = nextDue,
        };
        return Assert.IsType<Job>(await Store.Jobs.TrySaveAsync(change?.Invoke(job) ?? job, definedBy, Cancelled));
    }

    /// <summary>Reads a job that must be there.</summary>
    protected async Task<Job> JobAsync(JobKey key) => Assert.IsType<Job>(await Store.Jobs.FindAsync(key, Cancelled));

    /// <summary>Takes a queue's partition over.</summary>
    protected async Task<PartitionEpoch> OpenAsync(string queue = "default", string owner = "owner", string tenant = "default")
    {
        var opening = await ReopenAsync(queue, owner, tenant);
        return new PartitionEpoch(Partitions.Of(tenant, queue), opening.Epoch);
    }

    /// <summary>Takes a queue's partition over and tells what was found.</summary>
    protected ValueTask<PartitionOpening> ReopenAsync(string queue = "default", string owner = "owner", string tenant = "default") =>
        Store.Runs.OpenPartitionAsync(
            Partitions.Of(tenant, queue), owner, Noon, Noon.AddMinutes(1), exclusive: true, Cancelled);

    /// <summary>Writes a batch that must be accepted.</summary>
    protected async Task<PartitionCommitResult> CommitAsync(PartitionCommit commit)
    {
        var result = await Store.Runs.CommitAsync(commit, Cancelled);
        Assert.False(result.OwnershipLost);
        return result;
    }

    /// <summary>Enqueues runs under an epoch.</summary>
    protected Task<PartitionCommitResult> EnqueueAsync(PartitionEpoch owner, params NewRun[] runs) =>
        CommitAsync(new PartitionCommit { Owner = owner, Now = Noon, Enqueues = runs });

    /// <summary>Opens a claim on runs; token by token from the one given.</summary>
    protected async Task<Claim> ClaimAsync(PartitionEpoch owner, long token, params NewRun[] runs)
    {
        var claim = AClaim(token, runs);
        await CommitAsync(new PartitionCommit { Owner = owner, Now = Noon, Claims = [claim] });
        return claim;
    }

    /// <summary>Makes a claim on runs; token by token from the one given.</summary>
    protected static Claim AClaim(long token, params NewRun[] runs) => new(
        Guid.NewGuid(), "worker-1", Noon.AddSeconds(1), [.. runs.Select(run => run.Id)], [.. runs.Select((_, i) => token + i)]);

    /// <summary>Records the end of a run.</summary>
    protected Task<PartitionCommitResult> FinishAsync(PartitionEpoch owner, params FinishedRun[] finished) =>
        CommitAsync(new PartitionCommit { Owner = owner, Now = Noon.AddSeconds(3), Finished = finished });

    /// <summary>Makes the end of an attempt that took one second.</summary>
    protected static FinishedRun AnEnd(NewRun run, long token = 1, RunState state = RunState.Completed, DateTimeOffset? ended = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new()
        {
            Run = run.Id,
            Token = token,
            State = state,
            Attempts = 1,
            StartedAt = (ended ?? Noon.AddSeconds(2)).AddSeconds(-1),
            EndedAt = ended ?? Noon.AddSeconds(2),
            Worker = "worker-1",
            Error = state.IsFailure() ? new RunError("System.InvalidOperationException", "It broke.", "at Work()") : null,
            Outcome = state == RunState.Completed ? "completed" : "failed",
            Job = run.Job is { } name ? new JobKey(run.Tenant, name) : null,
        };
    }

    /// <summary>Makes an attempt that failed and is to be tried again.</summary>
    protected static RequeuedRun ARetry(NewRun run, long token = 1, RunState state = RunState.Scheduled, DateTimeOffset? due = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new()
        {
            Run = run.Id,
            Token = token,
            State = state,
            DueAt = due ?? Noon.AddMinutes(1),
            Attempts = 1,
            StartedAt = Noon.AddSeconds(1),
            EndedAt = Noon.AddSeconds(2),
            Worker = "worker-1",
            Outcome = "retry",
            Error = new RunError("System.TimeoutException", "Too slow."),
        };
    }

    /// <summary>Enqueues a run and lets it end.</summary>
    protected async Task<NewRun> EnqueueAndFinishAsync(
        PartitionEpoch owner, NewRun? run = null, RunState state = RunState.Completed, DateTimeOffset? ended = null)
    {
        var wanted = run ?? ARun();
        await EnqueueAsync(owner, wanted);
        await FinishAsync(owner, AnEnd(wanted, 1, state, ended));
        return wanted;
    }

    /// <summary>Reads a run that must be there.</summary>
    protected async Task<RunDetails> DetailsAsync(RunId run) =>
        Assert.IsType<RunDetails>(await Store.Reader.FindAsync(TenantId.Default, run, Cancelled));

    /// <summary>Reads a run that must be there.</summary>
    protected async Task<Run> RunAsync(NewRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Assert.IsType<RunDetails>(await Store.Reader.FindAsync(run.Tenant, run.Id, Cancelled)).Run;
    }

    /// <summary>Reads the queued runs of a queue in order.</summary>
    protected async Task<IEnumerable<RunId>> ReadyAsync(string queue = "default", ReadyPosition? after = null, int limit = 100) =>
        (await Store.Runs.ReadReadyAsync(new QueueKey(TenantId.Default, QueueName.Parse(queue)), after, limit, Cancelled)).Select(run => run.Id);
}
