using Microsoft.Extensions.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Duties;

/// <summary>
/// Deletes finished runs that are older, or more, than their job or the host keeps, and idempotency keys whose window is over.
/// One bounded batch per rule and round.
/// </summary>
internal sealed partial class RunJanitor(
    ISilosStore store,
    IOptions<EngineOptions> options,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<RunJanitor> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    private const int Batch = 1_000;
    private const int KeyBatch = 5_000;
    private const int JobPage = 1_000;

    // Longer than the longest chart, for those who ask the API about the same day of last week.
    private static readonly TimeSpan KeepTallies = TimeSpan.FromDays(8);

    // Policies change rarely; reading all jobs every minute would cost more than it is worth.
    private static readonly TimeSpan PoliciesFor = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _logger = logger;
    private List<(JobKey Key, KeepPolicy Keep)> _policies = [];
    private DateTimeOffset _policiesUntil = DateTimeOffset.MinValue;

    protected override TimeSpan Interval => options.Value.RetentionInterval;

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = _clock.Now();
        if (now >= _policiesUntil || now < _policiesUntil - PoliciesFor)
        {
            _policies = await ReadPoliciesAsync(cancellationToken);
            _policiesUntil = now + PoliciesFor;
        }

        var deleted = 0;
        var more = false;
        foreach (var rule in Rules(now))
        {
            var count = await store.Reader.PruneAsync(rule, Batch, cancellationToken);
            deleted += count;
            more |= count == Batch;
        }

        if (deleted > 0)
        {
            LogDeleted(deleted);
        }

        more |= await store.Stats.PruneAsync(now - KeepTallies, KeyBatch, cancellationToken) == KeyBatch;
        return await store.Reader.PruneKeysAsync(now, KeyBatch, cancellationToken) == KeyBatch || more;
    }

    /// <summary>Says which runs go: those of jobs with a policy of their own by that policy, all others by the host's.</summary>
    public IEnumerable<PruneRule> Rules(DateTimeOffset now)
    {
        var host = options.Value;
        List<JobKey> own = [.. _policies.Select(policy => policy.Key)];
        yield return new PruneRule(now - host.KeepCompleted, Failures: false, ExceptJobs: own);
        yield return new PruneRule(now - host.KeepFailed, Failures: true, ExceptJobs: own);
        foreach (var (key, keep) in _policies)
        {
            yield return new PruneRule(now - (keep.Completed ?? host.KeepCompleted), Failures: false, key);
            yield return new PruneRule(now - (keep.Failed ?? host.KeepFailed), Failures: true, key);
            if (keep.MaxRuns is { } most)
            {
                yield return new PruneRule(now, Failures: false, key, KeepNewest: most);
            }
        }
    }

    private async Task<List<(JobKey Key, KeepPolicy Keep)>> ReadPoliciesAsync(CancellationToken cancellationToken)
    {
        var policies = new List<(JobKey, KeepPolicy)>();
        foreach (var tenant in await store.Jobs.ListTenantsAsync(cancellationToken))
        {
            await ReadPoliciesAsync(tenant, policies, cancellationToken);
        }

        return policies;
    }

    private async Task ReadPoliciesAsync(TenantId tenant, List<(JobKey, KeepPolicy)> policies, CancellationToken cancellationToken)
    {
        JobName? after = null;
        while (true)
        {
            var jobs = await store.Jobs.ListAsync(new JobQuery(tenant, after, JobPage), cancellationToken);
            foreach (var job in jobs)
            {
                var keep = job.Definition.Keep;
                if (keep.Completed is not null || keep.Failed is not null || keep.MaxRuns is not null)
                {
                    policies.Add((job.Key, keep));
                }
            }

            if (jobs.Count < JobPage)
            {
                return;
            }

            after = jobs[^1].Key.Name;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Deleted {Count} finished runs that were older than they are kept")]
    private partial void LogDeleted(int count);
}
