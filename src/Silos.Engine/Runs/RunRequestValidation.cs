using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Silos.Engine.Jobs;
using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Runs;

/// <summary>Checks what people write to ask for a run, tells every mistake at once, and makes the run that enters a store.</summary>
internal sealed class RunRequestValidation(JobValidation jobs, HandlerRegistry handlers, IOptions<EngineOptions> options)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(3_653);

    // Most runs of a handler have the same options, so they share them.
    private readonly ConcurrentDictionary<string, RunOptions> _plain = new(StringComparer.Ordinal);

    /// <summary>Checks a request and completes it with the handler's and the host's defaults.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="now">The current instant.</param>
    /// <param name="prefix">What stands in front of the fields' names: <c>runs[3].</c></param>
    /// <param name="own">Whether Silos itself asks, which may name the reserved handlers.</param>
    /// <exception cref="InvalidException">Something is wrong; it has every problem found.</exception>
    /// <exception cref="TooLargeException">The payload or the metadata is too large.</exception>
    public NewRun Make(RunRequest request, DateTimeOffset now, string prefix = "", bool own = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        var handler = handlers.FindOrRemember(request.Handler ?? string.Empty);
        var plain = IsPlain(request);
        if (handler is null || handler.Reserved || !plain || request.Payload is not null || handler.Check(default) is not null)
        {
            Check(request, now, prefix, own);
        }

        var retry = request.Retry ?? Own(handler!);
        retry = request.MaxAttempts is { } attempts ? retry with { MaxAttempts = attempts } : retry;
        return new NewRun
        {
            Id = request.Id ?? RunId.New(now),
            Tenant = request.Tenant,
            Handler = request.Handler!,
            Queue = request.Queue,
            Priority = request.Priority,
            Payload = request.Payload,
            DueAt = (request.RunAt ?? (request.Delay is { } delay ? now + delay : now)).ToInstant(),
            EnqueuedAt = now,
            MaxAttempts = retry.MaxAttempts,
            RequestedBy = request.RequestedBy,
            Unique = request.IdempotencyKey is { } key
                ? new Uniqueness(key, (now + request.IdempotencyWindow).ToInstant(), request.OnDuplicate)
                : null,
            Options = plain ? _plain.GetOrAdd(handler!.Key, _ => Options(request, handler, retry)) : Options(request, handler!, retry),
        };
    }

    /// <summary>Whether a request sets nothing but handler, payload, tenant, queue and id, so that there is little to check.</summary>
    private static bool IsPlain(RunRequest r) => r is
    {
        Priority: 0, RunAt: null, Delay: null, Retry: null, MaxAttempts: null, Timeout: null, IdempotencyKey: null, ConcurrencyKey: null,
        Name: null, Description: null, Tags.Count: 0, Metadata: null, RequestedBy: null, TraceParent: null, ConcurrencyLimit: 1, DeleteOnSuccess: null,
    };

    private RetryPolicy Own(HandlerRegistration handler) => handler.Retry ?? options.Value.DefaultRetry;

    private RunOptions Options(RunRequest request, HandlerRegistration handler, RetryPolicy retry)
    {
        var timeout = request.Timeout ?? handler.Timeout ?? options.Value.DefaultTimeout;
        return new RunOptions
        {
            Timeout = timeout == System.Threading.Timeout.InfiniteTimeSpan ? null : timeout,

            // What would be used anyway is not written down, run after run.
            Retry = retry.Equals(RetryPolicy.Default) && Own(handler).Equals(RetryPolicy.Default) ? null : retry,
            ConcurrencyKey = request.ConcurrencyKey,
            ConcurrencyLimit = request.ConcurrencyLimit,
            DeleteOnSuccess = request.DeleteOnSuccess ?? options.Value.DeleteOnSuccess,
            TraceParent = request.TraceParent,
            Name = request.Name,
            Description = request.Description,
            Tags = request.Tags,
            Metadata = request.Metadata,
        };
    }

    private void Check(RunRequest request, DateTimeOffset now, string prefix, bool own)
    {
        var check = new FieldCheck();
        check.Handler(handlers, request.Handler, own);
        if (request.Handler is not null)
        {
            jobs.Payload(check, request.Payload, request.Handler);
        }

        check.Between("priority", request.Priority, -1_000, 1_000);
        Times(check, request, now);
        check.Retry("retry", request.Retry);
        check.Attempts("maxAttempts", request.MaxAttempts);
        check.Positive("timeout", request.Timeout);
        check.Key("idempotencyKey", request.IdempotencyKey);
        check.Positive("idempotencyWindow", request.IdempotencyWindow);
        check.Known("onDuplicate", request.OnDuplicate);
        check.Key("concurrencyKey", request.ConcurrencyKey);
        check.AtLeast("concurrencyLimit", request.ConcurrencyLimit, 1);
        check.Text("name", request.Name, 200);
        check.Text("description", request.Description, 4_000);
        check.Text("requestedBy", request.RequestedBy, 200);
        check.Tags("tags", request.Tags);
        Metadata(check, request.Metadata);
        if (prefix.Length > 0 && check.Problems.Count > 0)
        {
            throw new InvalidException([.. check.Problems.Select(p => p with { Field = prefix + p.Field })]);
        }

        check.Throw();
    }

    private static void Times(FieldCheck check, RunRequest request, DateTimeOffset now)
    {
        if (request.RunAt is not null && request.Delay is not null)
        {
            check.Add("delay", request.Delay, "must not be given together with runAt");
        }

        if (request.RunAt - now > LongestWait)
        {
            check.Add("runAt", request.RunAt, "must be within ten years");
        }

        if (request.Delay < TimeSpan.Zero || request.Delay > LongestWait)
        {
            check.Add("delay", request.Delay, "must not be negative and at most ten years");
        }
    }

    private static void Metadata(FieldCheck check, JsonText? metadata)
    {
        if (metadata is not { IsNull: false } json)
        {
            return;
        }

        using var document = JsonDocument.Parse(json.Text);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            check.Add("metadata", json.Text, "must be a JSON object");
        }
        else if (json.Text.Length > 64 * 1024)
        {
            throw new TooLargeException("metadata", json.Text.Length, 64 * 1024);
        }
    }
}
