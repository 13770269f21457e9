using Silos.Engine.Jobs;
using Silos.Jobs;
using Silos.Queues;

namespace Silos.Engine;

/// <summary>Queues, and pauses of tenants and of everything.</summary>
internal sealed partial class EngineClient
{
    private const string QueueKind = "queue";

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueView>> ListQueuesAsync(TenantId tenant, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyList<QueueView>>(async () =>
        {
            // The default queue is always there; others as soon as they hold or limit something.
            var common = new QueueKey(tenant, QueueName.Default);
            var views = new SortedDictionary<QueueName, QueueView>
            {
                [common.Name] = new(common, null, QueueLimits.None, new Stores.QueueDepth(common, 0, 0, 0, null)),
            };
            foreach (var depth in await store.Reader.QueueDepthsAsync(tenant, cancellationToken))
            {
                views[depth.Queue.Name] = new QueueView(depth.Queue, null, QueueLimits.None, depth);
            }

            foreach (var setting in await store.Settings.ListAsync(QueueKind, cancellationToken))
            {
                var slash = setting.Key.IndexOf('/', StringComparison.Ordinal);
                if (slash < 0 || setting.Key[..slash] != tenant.Value || setting.Value.As<QueueSettings>() is not { } settings)
                {
                    continue;
                }

                var queue = new QueueKey(tenant, QueueName.Parse(setting.Key[(slash + 1)..]));
                var depth = views.TryGetValue(queue.Name, out var view) ? view.Depth : new Stores.QueueDepth(queue, 0, 0, 0, null);
                views[queue.Name] = new QueueView(queue, settings.Pause, settings.Limits ?? QueueLimits.None, depth);
            }

            return [.. views.Values];
        });

    /// <inheritdoc/>
    public Task PauseQueueAsync(QueueKey queue, string by, string? reason, CancellationToken cancellationToken)
    {
        Who(by, reason);
        var pause = new Pause(by, reason, clock.Now());
        return ChangeQueueAsync(queue, s => s.Pause is null ? s with { Pause = pause } : null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ResumeQueueAsync(QueueKey queue, string by, CancellationToken cancellationToken)
    {
        Who(by, null);
        return ChangeQueueAsync(queue, s => s.Pause is null ? null : s with { Pause = null }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task SetQueueLimitsAsync(QueueKey queue, QueueLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var check = new FieldCheck();
        check.AtLeast("maxConcurrency", limits.MaxConcurrency, 1);
        check.AtLeast("rate", limits.Rate, 1);
        check.AtLeast("burst", limits.Burst, 1);
        check.Between("weight", limits.Weight, 1, 1_000);
        if (limits.RateInterval < TimeSpan.FromMilliseconds(1) || limits.RateInterval > TimeSpan.FromDays(1))
        {
            check.Add("rateInterval", limits.RateInterval, "must be between one millisecond and one day");
        }

        check.Throw();
        return ChangeQueueAsync(queue, s => s.Limits == limits ? null : s with { Limits = limits }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task PauseAllAsync(TenantId? tenant, string by, string? reason, CancellationToken cancellationToken)
    {
        Who(by, reason);
        await GuardAsync(() => jobs.PauseAllAsync(tenant, by, reason, cancellationToken));
        await queues.Value.SettingsChangedAsync().WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ResumeAllAsync(TenantId? tenant, string by, CancellationToken cancellationToken)
    {
        Who(by, null);
        await GuardAsync(() => jobs.ResumeAllAsync(tenant, cancellationToken));
        await queues.Value.SettingsChangedAsync().WaitAsync(cancellationToken);
    }

    private async Task ChangeQueueAsync(QueueKey queue, Func<QueueSettings, QueueSettings?> change, CancellationToken cancellationToken)
    {
        await GuardAsync(() => store.Settings.ChangeAsync(
            QueueKind,
            queue.ToString(),
            value =>
            {
                var stored = value.IsNull ? null : value.As<QueueSettings>();
                stored ??= QueueSettings.Default;
                return change(stored with { Limits = stored.Limits ?? QueueLimits.None }) is { } changed ? JsonText.From(changed) : null;
            },
            cancellationToken));
        await queues.Value.SettingsChangedAsync().WaitAsync(cancellationToken);
    }
}
