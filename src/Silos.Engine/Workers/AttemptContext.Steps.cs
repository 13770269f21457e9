using Silos.Runs;

namespace Silos.Engine.Workers;

/// <summary>Checkpointed steps.</summary>
internal sealed partial class AttemptContext
{
    private SemaphoreSlim? _stepsLock;
    private Dictionary<string, RunStep>? _steps;

    private SemaphoreSlim StepsLock => _stepsLock ?? Interlocked.CompareExchange(ref _stepsLock, new SemaphoreSlim(1, 1), null) ?? _stepsLock;

    public override async Task<T> StepAsync<T>(string name, Func<CancellationToken, Task<T>> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (!Names.IsValid(name, out var problem))
        {
            throw new InvalidException("step", name, problem);
        }

        var known = await FindStepAsync(name);
        if (known is { Status: "completed" })
        {
            return known.Result is { IsNull: false } stored ? stored.As<T>()! : default!;
        }

        _stop.Token.ThrowIfCancellationRequested();
        var tries = known is null ? 0 : known.RetryCount + 1;
        T result;
        try
        {
            result = await step(_stop.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            var failure = RunError.From(exception);
            await KeepAsync(new RunStep(name, "failed", null, failure.Message, tries, Clock.Now()), mustHold: false);
            throw;
        }

        JsonText json;
        try
        {
            json = Sized(JsonText.From(result), $"The result of step '{name}'");
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new Silos.Workers.NonRetryableException(
                $"The result of step '{name}' cannot be kept: a {typeof(T).Name} cannot be written as JSON ({exception.Message}).", exception);
        }

        await KeepAsync(new RunStep(name, "completed", json, null, tries, Clock.Now()), mustHold: true);
        return result;
    }

    private async Task<RunStep?> FindStepAsync(string name)
    {
        await StepsLock.WaitAsync();
        try
        {
            // A first attempt has no steps behind it, so nothing is read for it.
            _steps ??= Pending.Token == 0
                ? new Dictionary<string, RunStep>(StringComparer.Ordinal)
                : (await _worker.Journal.ReadStepsAsync(RunId)).ToDictionary(step => step.Name, StringComparer.Ordinal);
            return _steps.GetValueOrDefault(name);
        }
        finally
        {
            StepsLock.Release();
        }
    }

    private async Task KeepAsync(RunStep step, bool mustHold)
    {
        try
        {
            if (IsOver)
            {
                throw new UnavailableException($"The attempt is over: step '{step.Name}' cannot be recorded any more.");
            }

            await _worker.Journal.WriteStepAsync(OpenJournal(), step);
        }
        catch (UnavailableException) when (!mustHold)
        {
            // The handler's own error is on its way and says more; the step will simply be tried again.
            return;
        }

        await StepsLock.WaitAsync();
        _steps![step.Name] = step;
        StepsLock.Release();
    }
}
