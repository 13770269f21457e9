using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Engine.Jobs;
using Silos.Engine.Telemetry;
using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;
using Silos.Workers;

namespace Silos.Engine.Workers;

/// <summary>Executes attempts in this process, within its slots.</summary>
internal sealed partial class Worker : IDisposable
{
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<Worker> _logger;
    private readonly StarvationGuard? _guard;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ILogger> _handlerLoggers = new(StringComparer.Ordinal);
    private int _running;
    private int _abandoned;

    public Worker(
        IOptions<EngineOptions> options,
        EngineScheduler scheduler,
        [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
        IServiceScopeFactory scopes,
        ISilosStore store,
        StoreWatch watch,
        ILoggerFactory loggers)
    {
        Options = options.Value;
        Clock = clock;
        Scopes = scopes;
        _loggers = loggers;
        _logger = loggers.CreateLogger<Worker>();
        Slots = new SlotPool(
            !Options.Roles.HasFlag(SilosRoles.Worker) ? 0 : Options.Slots == 0 ? EngineOptions.UnlimitedSlots : Options.Slots);
        Deadlines = new Deadlines(clock, OnDeadline);
        Journal = new JournalWriter(store.Journal, scheduler, clock, Options, watch, loggers.CreateLogger<JournalWriter>());
        if (scheduler.IsThreadPool)
        {
            _guard = new StarvationGuard(Slots.Capacity);
            Runner = new ThreadPoolAttemptRunner(this, _guard);
        }
        else
        {
            Runner = new SchedulerAttemptRunner(scheduler, this);
        }
    }

    public EngineOptions Options { get; }

    public TimeProvider Clock { get; }

    public IServiceScopeFactory Scopes { get; }

    public SlotPool Slots { get; }

    public Deadlines Deadlines { get; }

    public JournalWriter Journal { get; }

    public IAttemptRunner Runner { get; }

    /// <summary>Gets how many attempts are under way, abandoned ones included.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Gets how many attempts were given up whose code has not returned.</summary>
    public int Abandoned => Volatile.Read(ref _abandoned);

    /// <summary>Starts attempts whose claim is stored and whose slots are taken.</summary>
    public void Start(List<AttemptContext> attempts)
    {
        Interlocked.Add(ref _running, attempts.Count);
        SilosInstruments.OnStarted(attempts.Count);
        foreach (var attempt in attempts)
        {
            if (attempt.Job is { } job)
            {
                JobLog.Executing(_logger, new JobKey(attempt.Tenant, job));
            }
        }

        Deadlines.Begin(attempts);
        Runner.Start(attempts);
    }

    /// <summary>Passes an end on to the owner and gives the slot back.</summary>
    public void PassOn(AttemptContext attempt)
    {
        Deadlines.Remove(attempt);
        Interlocked.Decrement(ref _running);
        attempt.Owner.OnEnded(attempt);
        Slots.Return(1);
    }

    /// <summary>Passes ends on together.</summary>
    public void PassOn(List<AttemptContext> attempts)
    {
        // Claims belong to one partition, so a batch does too.
        foreach (var attempt in attempts)
        {
            Deadlines.Remove(attempt);
        }

        Interlocked.Add(ref _running, -attempts.Count);
        attempts[0].Owner.OnEnded(attempts);
        Slots.Return(attempts.Count);
    }

    /// <summary>Counts an attempt that was given up.</summary>
    public void OnAbandoned(AttemptContext attempt)
    {
        SilosInstruments.OnAbandoned();
        var count = Interlocked.Increment(ref _abandoned);
        LogAbandoned(attempt.RunId, attempt.Handler, attempt.Reason, count, Options.MaxAbandoned);
    }

    /// <summary>The code of an attempt that was given up has returned after all.</summary>
    public void OnReturned(AttemptContext attempt, bool wasAbandoned)
    {
        if (wasAbandoned)
        {
            Interlocked.Decrement(ref _abandoned);
            LogReturned(attempt.RunId, attempt.Handler);
        }

        Deadlines.Remove(attempt);
        Interlocked.Decrement(ref _running);
        Slots.Return(1);
    }

    /// <summary>Something threw that a handler had started and nobody waits for.</summary>
    public void OnStray(AttemptContext attempt, Exception exception) => LogStray(exception, attempt.RunId, attempt.Handler);

    /// <summary>Gets the process's logger for a handler.</summary>
    public ILogger LoggerOf(HandlerRegistration handler)
    {
        lock (_lock)
        {
            if (!_handlerLoggers.TryGetValue(handler.Key, out var logger))
            {
                _handlerLoggers.Add(handler.Key, logger = _loggers.CreateLogger($"Silos.Handlers.{handler.Key}"));
            }

            return logger;
        }
    }

    public void Dispose()
    {
        _guard?.Dispose();
        Deadlines.Dispose();
        Journal.Dispose();
    }

    private static void OnDeadline(AttemptContext attempt)
    {
        // The second deadline is the grace of whatever stopped it first.
        if (attempt.Reason != StopReason.None || !attempt.RequestStop(StopReason.Timeout, request: null))
        {
            attempt.Abandon();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Run {Run} of handler {Handler} ignores that it was told to stop ({Reason}); it is abandoned and keeps its slot. Abandoned now: {Count}, at most {Most}")]
    private partial void LogAbandoned(RunId run, string handler, StopReason reason, int count, int most);

    [LoggerMessage(LogLevel.Error, "Something that run {Run} of handler {Handler} started and does not wait for (async void) has thrown")]
    private partial void LogStray(Exception exception, RunId run, string handler);

    [LoggerMessage(LogLevel.Information, "The abandoned attempt at run {Run} of handler {Handler} has returned; its slot is free")]
    private partial void LogReturned(RunId run, string handler);
}
