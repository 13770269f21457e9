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

/// <summary>Carries operations on, a batch of each at a time, so that a long one does not hold up the others.</summary>
/// <remarks>
/// One process of all does it, the one that owns the first partition. A batch that another process does at the same moment, or that is done again after a
/// crash, changes nothing: a run that is retried gets an id that follows from the operation and the run, and to cancel twice is to cancel once.
/// </remarks>
internal sealed partial class OperationDuty(
    ISilosStore store,
    OperationBook book,
    ISilosClient client,
    Lazy<IQueueHost> queues,
    QueueDepths depths,
    IOptions<EngineOptions> options,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<OperationDuty> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    private const int Batch = 200;

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _logger = logger;

    protected override TimeSpan Interval => options.Value.SweepInterval;

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!depths.IsMine)
        {
            return false;
        }

        var more = false;
        foreach (var (operation, version) in await book.ListAsync(cancellationToken))
        {
            if (operation.EndedAt is null)
            {
                try
                {
                    more |= await GoOnAsync(operation, version, cancellationToken);
                }
                catch (FormatException exception)
                {
                    // Kept by a newer version, which goes on with it; the others do not wait for that.
                    LogNotUnderstood(operation.Id, exception.Message);
                }
            }
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

    private async Task<bool> GoOnAsync(Operation operation, long version, CancellationToken cancellationToken)
    {
        var filter = OperationBook.Fitting(operation.Action, FilterJson.Read(operation.Filter));
        var runs = await store.Reader.ListAsync(new RunQuery(operation.Tenant, filter, operation.Before, Batch), cancellationToken);
        var failed = runs.Count == 0 ? 0
            : operation.Action == OperationAction.Cancel ? await CancelAsync(operation, runs, cancellationToken)
            : await AgainAsync(operation, runs, cancellationToken);
        var over = runs.Count < Batch;
        var now = operation with
        {
            Done = operation.Done + runs.Count - failed,
            Failed = operation.Failed + failed,
            Reached = runs.Count == 0 ? operation.Reached : runs[^1].Id,
            EndedAt = over ? _clock.Now() : null,
        };
        if (await book.TrySaveAsync(now, version, cancellationToken) && over)
        {
            LogEnded(operation.Id, operation.Action, now.Done, now.Failed);
        }

        return !over;
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

    [LoggerMessage(LogLevel.Warning, "Operation {Operation} is not understood by this version: {Problem}")]
    private partial void LogNotUnderstood(RunId operation, string problem);

    [LoggerMessage(LogLevel.Information, "Operation {Operation} ({Action}) is through: {Done} runs, {Failed} could not be dealt with")]
    private partial void LogEnded(RunId operation, OperationAction action, long done, long failed);
}
