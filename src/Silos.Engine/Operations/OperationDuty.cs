using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Engine.Duties;
using Silos.Engine.Telemetry;
using Silos.Operations;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Operations;

/// <summary>Carries operations on: of each tenant a batch of one at a time, so that neither a long one nor many of another tenant hold one up.</summary>
/// <remarks>
/// One process of all does it, the one that owns the first partition. A batch that another process does at the same moment, or that is done again after a
/// crash, changes nothing: a run that is retried gets an id that follows from the operation and the run, and to cancel twice is to cancel once.
/// An operation that goes wrong, or whose tenant may ask for no more runs right now, says so and is left alone for a while; the others go on.
/// </remarks>
internal sealed partial class OperationDuty(
    ISilosStore store,
    OperationBook book,
    ISilosClient client,
    Lazy<IQueueHost> queues,
    QueueDepths depths,
    IEnumerable<IRunAllowance> allowances,
    IOptions<EngineOptions> options,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<OperationDuty> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    private const int Batch = 200;

    // Payloads may be a megabyte each.
    private const long BatchText = 4 * 1024 * 1024;

    // A search that no index serves goes on in the next turn; other operations have theirs in between.
    private static readonly TimeSpan LongTurn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(10);

    // What never works does not take one of the few places of its tenant for ever.
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _logger = logger;
    private readonly OperationTurns _turns = new(clock);
    private long? _prunedAt;

    protected override TimeSpan Interval => options.Value.SweepInterval;

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!depths.IsMine)
        {
            return false;
        }

        if (_prunedAt is not { } at || _clock.GetElapsedTime(at) >= PruneInterval)
        {
            await book.PruneAsync(_clock.Now(), cancellationToken);
            _prunedAt = _clock.GetTimestamp();
        }

        var underWay = await book.ListAsync(cancellationToken);
        foreach (var (ended, version) in underWay.Where(entry => entry.Operation.EndedAt is not null))
        {
            await book.MoveAsync(ended, version, cancellationToken);
        }

        var (turn, more) = _turns.Next([.. underWay.Where(entry => entry.Operation.EndedAt is null)]);
        foreach (var (operation, version) in turn)
        {
            more |= await TryAsync(operation, version, cancellationToken);
        }

        return more;
    }

    /// <summary>Makes the id of the run that an operation makes of another.</summary>
    internal static RunId IdOf(Operation operation, RunId run)
    {
        Span<byte> both = stackalloc byte[32];
        operation.Id.Value.TryWriteBytes(both, bigEndian: true, out _);
        run.Value.TryWriteBytes(both[16..], bigEndian: true, out _);
        Span<byte> id = stackalloc byte[32];
        SHA256.HashData(both, id);

        // A millisecond after the operation: what it makes sorts behind it, and so is never among what it takes.
        var stamp = BinaryPrimitives.ReadInt64BigEndian(both) >> 16;
        BinaryPrimitives.WriteInt64BigEndian(id, ((stamp + 1) << 16) | 0x7000 | (BinaryPrimitives.ReadInt64BigEndian(id) & 0xFFF));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return new RunId(new Guid(id[..16], bigEndian: true));
    }

    private async Task<bool> TryAsync(Operation operation, long version, CancellationToken cancellationToken)
    {
        try
        {
            return await GoOnAsync(operation, version, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A store that answers, only not to this: it is the operation's trouble, and not that of all.
            var away = StoreWatch.IsAway(exception);
            if (away && !await store.IsReachableAsync(cancellationToken))
            {
                throw;
            }

            await FailAsync(operation, version, exception, ProblemOf(exception, away), cancellationToken);
            return false;
        }
    }

    private async Task<bool> GoOnAsync(Operation operation, long version, CancellationToken cancellationToken)
    {
        var filter = OperationBook.Fitting(operation.Action, FilterJson.Read(operation.Filter));
        var (runs, lookedTo) = await FindAsync(new RunQuery(operation.Tenant, filter, operation.Before, Batch, MaxText: BatchText), cancellationToken);
        var over = lookedTo is null && runs.Count < Batch && runs.Sum(RunQuery.TextOf) < BatchText;
        string? waitsFor = null;
        if (operation.Action != OperationAction.Cancel && runs.Count > 0)
        {
            var grant = await GrantAsync(operation.Tenant, runs.Count, cancellationToken);
            if (grant.Count < runs.Count)
            {
                (over, lookedTo, waitsFor) = (false, null, grant.Reason);
                runs = [.. runs.Take(grant.Count)];
            }
        }

        var failed = runs.Count == 0 ? 0
            : operation.Action == OperationAction.Cancel ? await CancelAsync(operation, runs, cancellationToken)
            : await AgainAsync(operation, runs, cancellationToken);
        var now = operation with
        {
            Done = operation.Done + runs.Count - failed,
            Failed = operation.Failed + failed,
            Reached = lookedTo ?? (runs.Count == 0 ? operation.Reached : runs[^1].Id),
            EndedAt = over ? _clock.Now() : null,
            Problem = waitsFor,
            FailingSince = null,
        };
        if (now != operation && await book.TrySaveAsync(now, version, cancellationToken) && over)
        {
            LogEnded(operation.Id, operation.Action, now.Done, now.Failed);
        }

        _turns.Worked(operation.Id, waitsFor is null ? TimeSpan.Zero : Interval);
        return !over && waitsFor is null;
    }

    /// <summary>Finds the next runs. What an operation looks for may be nothing that an index serves.</summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    private async Task<RunScanPage> FindAsync(RunQuery query, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LongestSearch, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await RunScan.ListAsync(store.Reader, query, LongTurn, _clock, either.Token);
        }
        catch (Exception exception) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The search took too long.", exception);
        }
    }

    private async Task<RunGrant> GrantAsync(TenantId tenant, int wanted, CancellationToken cancellationToken)
    {
        var grant = new RunGrant(wanted);
        foreach (var allowance in allowances)
        {
            if (grant.Count > 0)
            {
                var next = await allowance.TakeAsync(tenant, grant.Count, cancellationToken);
                grant = new RunGrant(next.Count, next.Reason ?? grant.Reason);
            }
        }

        return grant;
    }

    private async Task<int> AgainAsync(Operation operation, IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        var now = _clock.Now();
        await queues.Value.EnqueueAsync(
            [.. runs.Select(run => EngineClient.Again(run, IdOf(operation, run.Id), operation.By, now, traceParent: null))], mayRepeat: true, cancellationToken);
        return 0;
    }

    private async Task<int> CancelAsync(Operation operation, IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var run in runs)
        {
            try
            {
                await client.CancelAsync(operation.Tenant, run.Id, new CancelRequest(operation.By, operation.Reason, _clock.Now()), cancellationToken);
            }
            catch (NotFoundException)
            {
                // Gone meanwhile.
                failed++;
            }
        }

        return failed;
    }

    private async Task FailAsync(Operation operation, long version, Exception exception, string problem, CancellationToken cancellationToken)
    {
        var now = _clock.Now();
        var since = operation.FailingSince ?? now;

        // What a newer version keeps in its own way is not for this one to give up.
        var over = now - since >= GiveUpAfter && exception is not FormatException;
        var failed = operation with { Problem = problem, FailingSince = since, EndedAt = over ? now : null };
        if (failed != operation)
        {
            if (over)
            {
                LogGivenUp(operation.Id, operation.Tenant, problem);
            }
            else
            {
                LogFailed(exception, operation.Id, operation.Tenant, problem);
            }

            await book.TrySaveAsync(failed, version, cancellationToken);
        }

        _turns.Failed(operation.Id, Interval, LongestRest);
    }

    // What a store says may hold what it was asked; people are told the sort of problem, and the log the rest.
    private static string ProblemOf(Exception exception, bool away) => exception switch
    {
        FormatException => "Its filter is not understood by the version of Silos that carries operations on; a newer one goes on with it.",
        TimeoutException => $"Finding its runs took longer than {LongestSearch.TotalSeconds:0} seconds. It is tried again later; a filter that names a job, or failures only, is faster.",
        SilosException => exception.Message,
        _ when away => "The store gave this operation no answer, though it answers others; finding its runs may take too long. It is tried again later.",
        _ => $"A batch failed ({exception.GetType().Name}; the log of the server says more). It is tried again later.",
    };

    [LoggerMessage(LogLevel.Warning, "Operation {Operation} of {Tenant} does not go on: {Problem}")]
    private partial void LogFailed(Exception exception, RunId operation, TenantId tenant, string problem);

    [LoggerMessage(LogLevel.Warning, "Operation {Operation} of {Tenant} was given up after a day of failures: {Problem}")]
    private partial void LogGivenUp(RunId operation, TenantId tenant, string problem);

    [LoggerMessage(LogLevel.Information, "Operation {Operation} ({Action}) is through: {Done} runs, {Failed} could not be dealt with")]
    private partial void LogEnded(RunId operation, OperationAction action, long done, long failed);
}
