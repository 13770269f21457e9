using Silos.Jobs;
using Silos.Queues;
using Silos.Stores;

namespace Silos.Engine.Queues;

/// <summary>Settings of queues and pauses as they were last read.</summary>
internal sealed class SettingsSnapshot
{
    /// <summary>The kind of a queue's settings; key <c>tenant/queue</c>.</summary>
    public const string QueueKind = "queue";

    /// <summary>The kind of pauses of tenants (key: their name) and of everything.</summary>
    public const string PauseKind = PauseSettings.Kind;

    /// <summary>The key of the pause of everything.</summary>
    public const string Everything = PauseSettings.Everything;

    private readonly Dictionary<string, QueueSettings> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Pause> _pauses = new(StringComparer.Ordinal);

    /// <summary>Nothing is set.</summary>
    public static SettingsSnapshot Empty { get; } = new();

    /// <summary>Reads them.</summary>
    public static async Task<SettingsSnapshot> ReadAsync(ISettingStore store, CancellationToken cancellationToken)
    {
        var snapshot = new SettingsSnapshot();
        foreach (var setting in await store.ListAsync(QueueKind, cancellationToken))
        {
            if (!setting.Value.IsNull && setting.Value.As<QueueSettings>() is { } settings)
            {
                snapshot._queues[setting.Key] = settings with { Limits = settings.Limits ?? QueueLimits.None };
            }
        }

        foreach (var setting in await store.ListAsync(PauseKind, cancellationToken))
        {
            if (!setting.Value.IsNull && setting.Value.As<Pause>() is { } pause)
            {
                snapshot._pauses[setting.Key] = pause;
            }
        }

        return snapshot;
    }

    /// <summary>Gets a queue's settings.</summary>
    public QueueSettings Of(QueueKey queue) =>
        _queues.Count == 0 ? QueueSettings.Default : _queues.GetValueOrDefault(queue.ToString(), QueueSettings.Default);

    /// <summary>Gets the pause of everything, or null.</summary>
    public Pause? All => _pauses.GetValueOrDefault(Everything);

    /// <summary>Gets the pause of a tenant, or null.</summary>
    public Pause? Of(TenantId tenant) => _pauses.GetValueOrDefault(tenant.Value);

    /// <summary>Tells whether anything keeps a queue from starting runs.</summary>
    public bool IsPaused(QueueKey queue) =>
        (_pauses.Count > 0 && (All is not null || Of(queue.Tenant) is not null)) || Of(queue).Pause is not null;
}
