using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Engine.Queues;
using Silos.Engine.Runs;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Workers;

/// <summary>One attempt: what its handler sees, and what its worker and its partition keep about it. Everything a plain handler does not use is made only when it is used.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer needs no disposal, and a handler may hold its token for longer than the attempt.")]
internal sealed partial class AttemptContext : JobContext, ILentRun
{
    private readonly Worker _worker;
    private readonly CancellationTokenSource _stop = new();
    private AsyncServiceScope? _scope;
    private AttemptJournal? _journal;
    private RunLogger? _log;
    private JsonText? _result;
    private int _itemErrors;
    private int _over;

    public AttemptContext(
        Worker worker, IAttemptOwner owner, PendingRun run, HandlerRegistration handler, OpenClaim claim, long token,
        DateTimeOffset startedAt)
    {
        _worker = worker;
        Owner = owner;
        Pending = run;
        Registration = handler;
        Claim = claim;
        FencingToken = token;
        StartedAt = startedAt;
    }

    /// <summary>Gets who is told how it ends.</summary>
    public IAttemptOwner Owner { get; }

    /// <inheritdoc/>
    public string? RemoteWorker => null;

    /// <summary>Gets the run as it was when the attempt began.</summary>
    public PendingRun Pending { get; }

    /// <summary>Gets the handler.</summary>
    public HandlerRegistration Registration { get; }

    /// <summary>Gets the claim the attempt belongs to.</summary>
    public OpenClaim Claim { get; }

    /// <summary>Gets when it was claimed.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Gets or sets its place in its partition's list of live attempts; the partition's own.</summary>
    public int LiveIndex { get; set; } = -1;

    /// <summary>Gets or sets what follows for the run; the partition's own, once the attempt has ended.</summary>
    public RunDecision Decision { get; set; }

    /// <summary>Gets or sets how many commits that held nothing but this outcome have failed; the partition's own.</summary>
    public int FailedAlone { get; set; }

    /// <summary>Gets how it ended; null while it goes on.</summary>
    public AttemptOutcome? Outcome { get; private set; }

    /// <summary>Gets when it ended.</summary>
    public DateTimeOffset EndedAt { get; private set; }

    /// <summary>Gets whether its outcome was fixed.</summary>
    public bool IsOver => Volatile.Read(ref _over) != 0;

    /// <summary>Gets the buffer of what it writes while it runs; null if it has written nothing.</summary>
    public AttemptJournal? Journal => _journal;

    public override RunId RunId => Pending.Id;

    public override TenantId Tenant => Pending.Request.Tenant;

    public override JobName? Job => Pending.Request.Job;

    public override QueueName Queue => Pending.Request.Queue;

    public override string Handler => Pending.Request.Handler;

    public override DateTimeOffset DueAt => Pending.Request.OccurrenceAt ?? Pending.Request.DueAt;

    public override int Attempt => Pending.Attempts + 1;

    public override int MaxAttempts => Pending.Request.MaxAttempts;

    public override long FencingToken { get; }

    public override JsonText Payload => Pending.Request.Payload ?? default;

    public override RunOptions Options => Pending.Request.Options;

    public override TimeProvider Clock => _worker.Clock;

    public override CancelRequest? Cancellation => _cancellation;

    public override int ItemErrors => Volatile.Read(ref _itemErrors);

    public override IServiceProvider Services
    {
        get
        {
            lock (_stop)
            {
                ObjectDisposedException.ThrowIf(_scopeClosed, this);
                return (_scope ??= _worker.Scopes.CreateAsyncScope()).ServiceProvider;
            }
        }
    }

    public override ILogger Log => _log ?? Interlocked.CompareExchange(
        ref _log, new RunLogger(this, _worker.LoggerOf(Registration)), null) ?? _log;

    public override ValueTask ReportProgressAsync(int percent, string? message = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (!IsOver && OpenJournal().Report(percent, RunError.Storable(message, 1_000)))
        {
            _worker.Journal.Announce(_journal!);
        }

        return default;
    }

    public override void SetResult<T>(T result)
    {
        JsonText json;
        try
        {
            json = JsonText.From(result);
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new NonRetryableException(
                $"The result cannot be kept: a {typeof(T).Name} cannot be written as JSON ({exception.Message}).", exception);
        }

        _result = Sized(json, "The result");
    }

    public override void ItemFailed(string item, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Interlocked.Increment(ref _itemErrors);
        Append(LogLevel.Warning, $"Item {item} failed: {exception.GetType().Name}: {RunError.Told(exception)}");
    }

    /// <summary>Adds a line to the run's log; what is too much is cut and never hurts.</summary>
    public void Append(LogLevel level, string text)
    {
        if (!IsOver && OpenJournal().Append(level, text, Clock.Now()))
        {
            _worker.Journal.Announce(_journal!);
        }
    }

    private AttemptJournal OpenJournal() => _journal ?? Interlocked.CompareExchange(
        ref _journal, new AttemptJournal(this, _worker.Options), null) ?? _journal;

    private static JsonText Sized(JsonText json, string what)
    {
        // Counts bytes only where characters do not already tell.
        var length = json.Text.Length;
        if (length > EngineOptions.MaxResultBytes / 3)
        {
            var bytes = System.Text.Encoding.UTF8.GetByteCount(json.Text);
            if (bytes > EngineOptions.MaxResultBytes)
            {
                throw new NonRetryableException(
                    $"{what} has {bytes} bytes of JSON; at most {EngineOptions.MaxResultBytes} are kept. Store it elsewhere and return where it is.");
            }
        }

        return json;
    }

    public override string ToString() => $"{RunId} attempt {Attempt} ({FencingToken})";
}
