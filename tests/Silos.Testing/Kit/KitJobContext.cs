using System.Text.Json;
using Microsoft.Extensions.Logging;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Testing;

/// <summary>An attempt without an engine: what the handler does is noted, and cancelled where the test wants it.</summary>
internal sealed class KitJobContext(
    JobRunSetup setup, HandlerRegistration handler, IServiceProvider services, TimeProvider clock, CancellationTokenSource stop)
    : JobContext, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<JobProgress> _progress = [];
    private readonly List<RunLogLine> _log = [];
    private readonly List<RunStep> _steps = [.. setup.Steps];
    private readonly List<string> _executed = [];
    private readonly List<JobItemError> _items = [];

    public override RunId RunId { get; } = setup.RunId ?? RunId.New(clock.Now());

    public override TenantId Tenant => TenantId.Default;

    public override JobName? Job => setup.Job;

    public override QueueName Queue => QueueName.Default;

    public override string Handler => handler.Key;

    public override DateTimeOffset DueAt { get; } = setup.DueAt ?? clock.Now();

    public override int Attempt => setup.Attempt;

    public override int MaxAttempts => setup.MaxAttempts;

    public override long FencingToken => setup.Attempt;

    public override JsonText Payload => setup.Payload;

    public override RunOptions Options => setup.Options;

    public override IServiceProvider Services => services;

    public override ILogger Log => this;

    public override TimeProvider Clock => clock;

    public override CancelRequest? Cancellation => CancelledBy;

    public override int ItemErrors
    {
        get
        {
            lock (_lock)
            {
                return _items.Count;
            }
        }
    }

    /// <summary>Gets the request to cancel, once it was made.</summary>
    public CancelRequest? CancelledBy { get; private set; }

    /// <summary>Gets the result as set last.</summary>
    public JsonText? Result { get; private set; }

    /// <summary>Cancels the run as somebody would.</summary>
    public void Cancel()
    {
        CancelledBy ??= setup.CancelRequest ?? new CancelRequest("test", "the test cancels the run", clock.Now());
        stop.Cancel();
    }

    /// <summary>Adds what was noted to an outcome.</summary>
    public JobRunOutcome Tell(JobRunOutcome outcome)
    {
        lock (_lock)
        {
            return outcome with
            {
                Progress = [.. _progress],
                Log = [.. _log],
                Steps = [.. _steps],
                ExecutedSteps = [.. _executed],
                ItemErrors = [.. _items],
            };
        }
    }

    public override ValueTask ReportProgressAsync(int percent, string? message = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        int number;
        lock (_lock)
        {
            _progress.Add(new JobProgress(percent, message));
            number = _progress.Count;
        }

        CancelIf(CancelMoment.BeforeProgress, number);
        CancelIf(CancelMoment.AfterProgress, number);
        return default;
    }

    public override async Task<T> StepAsync<T>(string name, Func<CancellationToken, Task<T>> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (!Names.IsValid(name, out var problem))
        {
            throw new InvalidException("step", name, problem);
        }

        if (Find(name) is { Status: "completed" } done)
        {
            return done.Result is { IsNull: false } stored ? stored.As<T>()! : default!;
        }

        int number;
        lock (_lock)
        {
            number = _executed.Count + 1;
        }

        CancelIf(CancelMoment.BeforeStep, number);
        stop.Token.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _executed.Add(name);
        }

        T result;
        try
        {
            result = await step(stop.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            Keep(name, "failed", null, RunError.From(exception).Message);
            throw;
        }

        Keep(name, "completed", Json(result, $"The result of step '{name}'"), null);
        CancelIf(CancelMoment.AfterStep, number);
        return result;
    }

    public override void SetResult<T>(T result) => Result = Json(result, "The result");

    public override void ItemFailed(string item, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        lock (_lock)
        {
            _items.Add(new JobItemError(item, exception));
        }

        Append(LogLevel.Warning, $"Item {item} failed: {exception.GetType().Name}: {exception.Message}");
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        Append(logLevel, exception is null ? text : $"{text}\n{exception}");
    }

    private static JsonText Json<T>(T value, string what)
    {
        try
        {
            return JsonText.From(value);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new NonRetryableException(
                $"{what} cannot be kept: a {typeof(T).Name} cannot be written as JSON ({exception.Message}).", exception);
        }
    }

    private void CancelIf(CancelMoment moment, int number)
    {
        if (setup.CancelAt == (moment, number))
        {
            Cancel();
        }
    }

    private RunStep? Find(string name)
    {
        lock (_lock)
        {
            return _steps.Find(step => step.Name == name);
        }
    }

    private void Keep(string name, string status, JsonText? result, string? error)
    {
        lock (_lock)
        {
            var at = _steps.FindIndex(step => step.Name == name);
            var step = new RunStep(name, status, result, error, at < 0 ? 0 : _steps[at].RetryCount + 1, clock.Now());
            if (at < 0)
            {
                _steps.Add(step);
            }
            else
            {
                _steps[at] = step;
            }
        }
    }

    private void Append(LogLevel level, string text)
    {
        var word = level switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "information",
            LogLevel.Warning => "warning",
            _ => "error",
        };
        lock (_lock)
        {
            _log.Add(new RunLogLine(_log.Count + 1, clock.Now(), word, text, Attempt));
        }
    }
}
