using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Alarms;
using Silos.Engine.Duties;
using Silos.Engine.Jobs;
using Silos.Engine.Telemetry;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Alarms;

/// <summary>Looks for alarms: each time at all queues and at the next thousand jobs, of twenty tenants at most, so that a hundred thousand jobs cost no more than a few.</summary>
/// <remarks>One process of all does it, the one that owns the first partition. Should two do it for a moment, the second changes nothing.</remarks>
internal sealed class AlarmDuty(
    ISilosStore store,
    AlarmBook book,
    JobLook look,
    QueueDepths depths,
    PauseBoard pauses,
    IOptions<AlarmOptions> options,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<AlarmDuty> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    private const int Page = 1_000;

    // A tenant costs a question to the store, whatever the number of its jobs.
    private const int CostOfTenant = 50;

    private readonly TimeProvider _clock = clock;
    private readonly Meter _meter = new(SilosInstruments.MeterName);
    private readonly Queue<TenantId> _tenants = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private HashSet<string> _atStart = [];
    private JobName? _after;
    private volatile IReadOnlyDictionary<AlarmKind, int> _active = new Dictionary<AlarmKind, int>();

    protected override TimeSpan Interval => options.Value.Interval;

    /// <summary>Gets whether it is wanted.</summary>
    public bool Enabled => options.Value.Enabled;

    /// <summary>Begins to answer whoever listens to the meter.</summary>
    public void Publish() => _meter.CreateObservableGauge(
        "silos.alarms.active",
        () => _active.Select(kind => new Measurement<int>(kind.Value, new KeyValuePair<string, object?>("kind", Alarm.TextOf(kind.Key)))),
        "{alarm}",
        "Alarms that last, by kind: silent, slow, skipping, backlog. Told by one process of all.");

    /// <summary>Stops answering.</summary>
    public void Close() => _meter.Dispose();

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!depths.IsMine)
        {
            _active = new Dictionary<AlarmKind, int>();
            return false;
        }

        await book.ReadAsync(cancellationToken);
        await LookAtQueuesAsync(cancellationToken);
        await LookAtJobsAsync(cancellationToken);
        var active = book.Active.CountBy(alarm => alarm.Kind).ToDictionary();
        foreach (var kind in Enum.GetValues<AlarmKind>())
        {
            active.TryAdd(kind, 0);
        }

        _active = active;
        return false;
    }

    private async Task LookAtQueuesAsync(CancellationToken cancellationToken)
    {
        if (depths.Latest is not { } latest)
        {
            // Nothing is known yet; that no queue waits is something else.
            return;
        }

        var now = _clock.Now();
        var snapshot = await Queues.SettingsSnapshot.ReadAsync(store.Settings, cancellationToken);
        var late = latest
            .Where(depth => depth.Queue.Name.Value != AlarmBook.Queue && !snapshot.IsPaused(depth.Queue))
            .Select(depth => (depth.Queue, Finding: AlarmRules.Backlog(depth, options.Value, now)))
            .Where(found => found.Finding is not null)
            .ToDictionary(found => Alarm.KeyOf(found.Queue.Tenant, AlarmKind.Backlog, found.Queue.Name.Value));
        foreach (var (queue, finding) in late.Values)
        {
            await book.SetAsync(queue.Tenant, AlarmKind.Backlog, null, queue.Name, finding, cancellationToken);
        }

        foreach (var over in book.Active.Where(alarm => alarm.Kind == AlarmKind.Backlog && !late.ContainsKey(alarm.Key)).ToList())
        {
            await book.SetAsync(over.Tenant, AlarmKind.Backlog, null, over.Queue, null, cancellationToken);
        }
    }

    private async Task LookAtJobsAsync(CancellationToken cancellationToken)
    {
        await pauses.ReloadAsync(cancellationToken);
        if (_tenants.Count == 0)
        {
            await BeginRoundAsync(cancellationToken);
        }

        var running = await look.RunningAsync(cancellationToken);
        var budget = new JobLook.Budget();
        var left = Page;
        while (left > 0 && !budget.IsSpent && _tenants.TryPeek(out var tenant))
        {
            var jobs = await store.Jobs.ListAsync(new JobQuery(tenant, _after, left), cancellationToken);
            foreach (var job in jobs)
            {
                if (!await LookAtAsync(job, running, budget, cancellationToken))
                {
                    // The next look goes on here.
                    return;
                }

                _after = job.Key.Name;
            }

            if (jobs.Count < left)
            {
                _tenants.Dequeue();
                _after = null;
            }

            left -= jobs.Count + CostOfTenant;
        }

        if (_tenants.Count == 0)
        {
            await EndRoundAsync(cancellationToken);
        }
    }

    private async Task BeginRoundAsync(CancellationToken cancellationToken)
    {
        _seen.Clear();
        _after = null;
        _atStart = [.. book.Active.Where(alarm => alarm.Job is not null).Select(alarm => alarm.Key)];
        foreach (var tenant in await store.Jobs.ListTenantsAsync(cancellationToken))
        {
            _tenants.Enqueue(tenant);
        }
    }

    /// <summary>What lasted through a whole round and belongs to no job any more is over; what has been over for long is deleted.</summary>
    private async Task EndRoundAsync(CancellationToken cancellationToken)
    {
        foreach (var gone in book.Active.Where(alarm => alarm.Job is { } job && _atStart.Contains(alarm.Key) && !_seen.Contains($"{alarm.Tenant}/{job}")).ToList())
        {
            await book.SetAsync(gone.Tenant, gone.Kind, gone.Job, null, null, cancellationToken);
        }

        await book.ForgetAsync(cancellationToken);
    }

    private async Task<bool> LookAtAsync(Job job, JobLook.Running running, JobLook.Budget budget, CancellationToken cancellationToken)
    {
        if (await look.AtAsync(job, running, budget, book.Find, pauses.IsSuspended(job.Key.Tenant), cancellationToken) is not { } found)
        {
            return false;
        }

        _seen.Add($"{job.Key.Tenant}/{job.Key.Name}");
        await book.SetAsync(job.Key.Tenant, AlarmKind.Silent, job.Key.Name, null, found.Silent, cancellationToken);
        await book.SetAsync(job.Key.Tenant, AlarmKind.Slow, job.Key.Name, null, found.Slow, cancellationToken);
        await book.SetAsync(job.Key.Tenant, AlarmKind.Skipping, job.Key.Name, null, found.Skipping, cancellationToken);
        return true;
    }
}
