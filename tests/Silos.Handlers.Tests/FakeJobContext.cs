using System.Text.Json;
using Microsoft.Extensions.Logging;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Handlers;

/// <summary>An attempt outside of any engine: keeps what the handler says.</summary>
internal sealed class FakeJobContext : JobContext, ILogger, IServiceProvider
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, JsonText> _steps = [];

    public FakeJobContext(string payload) => Payload = JsonText.Trusted(payload);

    public override RunId RunId { get; } = RunId.New(new DateTimeOffset(2025, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public override TenantId Tenant => Whose;

    public override JobName? Job => JobName.Parse("nightly report");

    public override QueueName Queue => QueueName.Default;

    public override string Handler => "test";

    public override DateTimeOffset DueAt { get; } = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override int Attempt => 1;

    public override int MaxAttempts => 3;

    public override long FencingToken => 7;

    public override JsonText Payload { get; }

    public override RunOptions Options => new() { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

    public override IServiceProvider Services => this;

    public override ILogger Log => this;

    public override TimeProvider Clock => Time;

    public override CancelRequest? Cancellation => null;

    public override int ItemErrors => Failed.Count;

    public TenantId Whose { get; init; } = TenantId.Default;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Action<string>? OnLine { get; init; }

    public Action<int, string?>? OnProgress { get; init; }

    public List<(int Percent, string? Message)> Progress { get; } = [];

    public List<string> Failed { get; } = [];

    public JsonElement Result { get; private set; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public override ValueTask ReportProgressAsync(int percent, string? message = null)
    {
        Progress.Add((percent, message));
        OnProgress?.Invoke(percent, message);
        return ValueTask.CompletedTask;
    }

    public override async Task<T> StepAsync<T>(string name, Func<CancellationToken, Task<T>> step)
    {
        if (!_steps.TryGetValue(name, out var stored))
        {
            stored = JsonText.From(await step(CancellationToken.None));
            _steps.Add(name, stored);
        }

        return stored.As<T>()!;
    }

    public override void SetResult<T>(T result) => Result = JsonDocument.Parse(JsonText.From(result).Text).RootElement;

    public override void ItemFailed(string item, Exception exception) => Failed.Add($"{item}: {exception.Message}");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    object? IServiceProvider.GetService(Type serviceType) => null;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        lock (_lock)
        {
            _lines.Add($"{logLevel}: {line}");
        }

        OnLine?.Invoke(line);
    }
}
