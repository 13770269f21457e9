using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>Counts what credentials and tenants ask for, and says when it is too much.</summary>
internal sealed class RateGate(IOptions<SilosWebOptions> options, Surroundings surroundings, ISilosStore store) : IRunAllowance
{
    // What is counted for longer than this many callers is forgotten, fullest bucket first: memory stays bounded whoever comes.
    private const int MostBuckets = 10_000;

    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WaitingFor = TimeSpan.FromSeconds(1);

    private readonly RateSettings _rates = options.Value.Rates;
    private readonly ConcurrentDictionary<string, Bucket> _requests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TenantId, Bucket> _enqueues = new();
    private readonly ConcurrentDictionary<IPAddress, Bucket> _failures = new();
    private readonly ConcurrentDictionary<TenantId, Waiting> _waiting = new();

    /// <summary>Counts a request; says why not when it is one too many.</summary>
    public Refusal? TakeRequest(Caller caller)
    {
        if (_rates.Requests == 0)
        {
            return null;
        }

        var bucket = Of(_requests, caller.CountedAs, _rates.Requests, 2 * _rates.Requests);
        return bucket.Take(1, surroundings.Clock) is { } wait
            ? new Refusal(
                StatusCodes.Status429TooManyRequests,
                "too_many",
                $"'{caller.Name}' may make {_rates.Requests} requests a second on average.")
            { RetryAfter = wait }
            : null;
    }

    /// <summary>Counts runs that are about to be enqueued.</summary>
    /// <exception cref="TooManyException">They are too many for their tenant right now; none counts.</exception>
    public async ValueTask TakeRunsAsync(TenantId tenant, int count, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return;
        }

        var waiting = _rates.MaxWaiting > 0 ? await WaitingAsync(tenant, cancellationToken) : null;
        if (waiting is not null && Interlocked.Add(ref waiting.Count, count) > _rates.MaxWaiting)
        {
            Interlocked.Add(ref waiting.Count, -count);
            throw new TooManyException($"The tenant '{tenant}' may have {_rates.MaxWaiting} runs waiting; these would be too many.", FullFor);
        }

        if (_rates.Enqueues > 0 && EnqueuesOf(tenant).Take(count, surroundings.Clock) is { } wait)
        {
            if (waiting is not null)
            {
                Interlocked.Add(ref waiting.Count, -count);
            }

            throw new TooManyException($"The tenant '{tenant}' may enqueue {_rates.Enqueues} runs a second on average.", wait);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RunGrant> TakeAsync(TenantId tenant, int wanted, CancellationToken cancellationToken)
    {
        var grant = new RunGrant(wanted);
        var waiting = _rates.MaxWaiting > 0 ? await WaitingAsync(tenant, cancellationToken) : null;
        if (waiting is not null && _rates.MaxWaiting - Interlocked.Read(ref waiting.Count) is var room && room < wanted)
        {
            grant = new RunGrant((int)Math.Max(0, room), $"Its tenant may have {_rates.MaxWaiting} runs waiting. It goes on as they start.");
        }

        if (_rates.Enqueues > 0 && grant.Count > 0 && EnqueuesOf(tenant).TakeUpTo(grant.Count, surroundings.Clock) is var taken && taken < grant.Count)
        {
            grant = new RunGrant(taken, $"Its tenant may enqueue {_rates.Enqueues} runs a second on average. It goes on at that rate.");
        }

        if (waiting is not null)
        {
            Interlocked.Add(ref waiting.Count, grant.Count);
        }

        return grant;
    }

    /// <summary>Notes that an address showed a wrong credential.</summary>
    public void CountFailure(IPAddress? remote)
    {
        if (_rates.Failures > 0)
        {
            _ = Of(_failures, remote ?? IPAddress.None, _rates.Failures / 60.0, _rates.Failures).Take(1, surroundings.Clock);
        }
    }

    /// <summary>Refuses to look a credential up for an address that showed too many wrong ones.</summary>
    /// <exception cref="TooManyException">It did.</exception>
    public void ThrowIfGuessing(IPAddress? remote)
    {
        if (_rates.Failures > 0 && _failures.TryGetValue(remote ?? IPAddress.None, out var bucket) && bucket.Take(0, surroundings.Clock) is { } wait)
        {
            throw new TooManyException("Too many wrong credentials came from this address.", wait);
        }
    }

    private Bucket EnqueuesOf(TenantId tenant) => Of(_enqueues, tenant, _rates.Enqueues, 10 * _rates.Enqueues);

    private async ValueTask<Waiting> WaitingAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var waiting = _waiting.GetOrAdd(tenant, static _ => new Waiting());
        if (waiting.ReadAt is not { } at || surroundings.Clock.GetElapsedTime(at) > WaitingFor)
        {
            // Marked first, so that of many callers one asks.
            waiting.ReadAt = surroundings.Clock.GetTimestamp();
            var depths = await store.Reader.QueueDepthsAsync(tenant, cancellationToken);
            Interlocked.Exchange(ref waiting.Count, depths.Sum(depth => depth.Queued + depth.Scheduled));
        }

        return waiting;
    }

    private Bucket Of<TKey>(ConcurrentDictionary<TKey, Bucket> buckets, TKey key, double rate, double most)
        where TKey : notnull
    {
        if (buckets.TryGetValue(key, out var bucket))
        {
            return bucket;
        }

        if (buckets.Count >= MostBuckets)
        {
            foreach (var (idle, _) in buckets.Where(pair => pair.Value.IsFull(surroundings.Clock)))
            {
                buckets.TryRemove(idle, out _);
            }

            if (buckets.Count >= MostBuckets)
            {
                buckets.Clear();
            }
        }

        return buckets.GetOrAdd(key, _ => new Bucket(rate, most, surroundings.Clock.GetTimestamp()));
    }

    private sealed class Waiting
    {
        public long Count;

        public long? ReadAt { get; set; }
    }

    /// <summary>A token bucket. What is larger than the bucket passes when it is full, and is paid for afterwards.</summary>
    private sealed class Bucket(double rate, double most, long now)
    {
        private readonly Lock _lock = new();
        private readonly double _most = most;
        private double _level = most;
        private long _at = now;

        /// <summary>Takes so many; null, or how long to wait.</summary>
        public TimeSpan? Take(int count, TimeProvider clock)
        {
            lock (_lock)
            {
                Fill(clock);
                var needed = Math.Min(Math.Max(1, count), _most);
                if (_level < needed)
                {
                    return TimeSpan.FromSeconds((needed - _level) / rate);
                }

                _level -= count;
                return null;
            }
        }

        /// <summary>Takes as many as there are, at most so many; tells how many.</summary>
        public int TakeUpTo(int count, TimeProvider clock)
        {
            lock (_lock)
            {
                Fill(clock);
                var taken = (int)Math.Clamp(Math.Floor(_level), 0, count);
                _level -= taken;
                return taken;
            }
        }

        public bool IsFull(TimeProvider clock)
        {
            lock (_lock)
            {
                Fill(clock);
                return _level >= _most;
            }
        }

        private void Fill(TimeProvider clock)
        {
            var now = clock.GetTimestamp();
            _level = Math.Min(_most, _level + (clock.GetElapsedTime(_at, now).TotalSeconds * rate));
            _at = now;
        }
    }
}
