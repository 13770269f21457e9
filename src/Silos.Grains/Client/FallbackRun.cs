using System.Text;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Grains;

/// <summary>
/// Makes a run in a process that has no handlers: what the request leaves open has the defaults of Silos (3 attempts,
/// 30 seconds an attempt), as in the SQL function <c>enqueue</c>.
/// </summary>
internal static class FallbackRun
{
    private const int LongestKey = 200;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <exception cref="InvalidException">Something is wrong that can be told without knowing the handler.</exception>
    /// <exception cref="TooLargeException">The payload is too large.</exception>
    public static NewRun Make(RunRequest request, DateTimeOffset now, int maxPayloadBytes, string prefix)
    {
        Check(request, maxPayloadBytes, prefix);
        var retry = request.Retry ?? RetryPolicy.Default;
        retry = request.MaxAttempts is { } attempts ? retry with { MaxAttempts = attempts } : retry;
        var timeout = request.Timeout ?? DefaultTimeout;
        return new NewRun
        {
            Id = request.Id!.Value,
            Tenant = request.Tenant,
            Handler = request.Handler,
            Queue = request.Queue,
            Priority = request.Priority,
            Payload = request.Payload,
            DueAt = (request.RunAt ?? now + (request.Delay ?? TimeSpan.Zero)).ToInstant(),
            EnqueuedAt = now,
            MaxAttempts = retry.MaxAttempts,
            RequestedBy = request.RequestedBy,
            Unique = request.IdempotencyKey is { } key
                ? new Uniqueness(key, (now + request.IdempotencyWindow).ToInstant(), request.OnDuplicate)
                : null,
            Options = new RunOptions
            {
                Timeout = timeout == System.Threading.Timeout.InfiniteTimeSpan ? null : timeout,
                Retry = retry.Equals(RetryPolicy.Default) ? null : retry,
                ConcurrencyKey = request.ConcurrencyKey,
                ConcurrencyLimit = request.ConcurrencyLimit,
                DeleteOnSuccess = request.DeleteOnSuccess ?? false,
                TraceParent = request.TraceParent,
                Name = request.Name,
                Description = request.Description,
                Tags = request.Tags,
                Metadata = request.Metadata,
            },
        };
    }

    private static void Check(RunRequest request, int maxPayloadBytes, string prefix)
    {
        var problems = new List<FieldProblem>();
        if (!Names.IsValid(request.Handler, out var problem))
        {
            problems.Add(new FieldProblem($"{prefix}handler", FieldProblem.Shorten(request.Handler), problem));
        }

        Between("priority", request.Priority, -1_000, 1_000);
        Between("retry.maxAttempts", request.Retry?.MaxAttempts ?? 1, 1, 1_000);
        Between("maxAttempts", request.MaxAttempts ?? 1, 1, 1_000);
        Between("concurrencyLimit", request.ConcurrencyLimit, 1, int.MaxValue);
        Between("idempotencyKey.length", request.IdempotencyKey?.Length ?? 1, 1, LongestKey);
        Between("concurrencyKey.length", request.ConcurrencyKey?.Length ?? 1, 1, LongestKey);
        if (request.RunAt is not null && request.Delay is not null)
        {
            problems.Add(new FieldProblem($"{prefix}delay", FieldProblem.Shorten(request.Delay), "must not be given together with runAt"));
        }

        if (request.Delay < TimeSpan.Zero)
        {
            problems.Add(new FieldProblem($"{prefix}delay", FieldProblem.Shorten(request.Delay), "must not be negative"));
        }

        if (problems.Count > 0)
        {
            throw new InvalidException(problems);
        }

        if (request.Payload is { } payload && Encoding.UTF8.GetByteCount(payload.Text) is var size && size > maxPayloadBytes)
        {
            throw new TooLargeException($"{prefix}payload", size, maxPayloadBytes);
        }

        void Between(string field, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                problems.Add(new FieldProblem(prefix + field, FieldProblem.Shorten(value), $"must be between {least} and {most}"));
            }
        }
    }
}
