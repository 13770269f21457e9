using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Who paused a tenant or everything, and when such pauses were, as last read from the settings.</summary>
/// <remarks>
/// A pause that has ended stays known (kind <c>paused_time</c>), because what fell due in it is decided later, job by job.
/// </remarks>
internal sealed class PauseBoard(ISilosStore store)
{
    /// <summary>The kind of pauses; key: the tenant, or <see cref="Everything"/>.</summary>
    public const string PauseKind = PauseSettings.Kind;

    /// <summary>The kind of pauses that have ended; the same keys.</summary>
    public const string PastKind = "paused_time";

    /// <summary>The key of the pause of everything.</summary>
    public const string Everything = PauseSettings.Everything;

    private const int Remembered = 50;

    private volatile State _state = new([], []);

    /// <summary>Gets the pause of everything, or null.</summary>
    public Pause? All => _state.Pauses.GetValueOrDefault(Everything);

    /// <summary>Gets the pause of a tenant, or null.</summary>
    public Pause? Of(TenantId tenant) => _state.Pauses.GetValueOrDefault(tenant.Value);

    /// <summary>Tells whether nothing of a tenant may fall due.</summary>
    public bool IsSuspended(TenantId tenant) =>
        _state.Pauses.Count > 0 && (_state.Pauses.ContainsKey(Everything) || _state.Pauses.ContainsKey(tenant.Value));

    /// <summary>Gets the times in which a tenant was paused.</summary>
    public IReadOnlyList<PausedTime> Past(TenantId tenant)
    {
        var past = _state.Past;
        return past.Count == 0
            ? []
            : [.. past.Where(p => p.Key == Everything || p.Key == tenant.Value).SelectMany(p => p.Value.Times)];
    }

    /// <summary>Gets the tenants whose jobs have not all been looked at since their pause ended.</summary>
    public IReadOnlyList<TenantId> Unfinished() =>
        [.. _state.Past.Where(p => p.Value.Rearm && p.Key != Everything).Select(p => TenantId.Parse(p.Key))];

    /// <summary>Reads the settings again.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var pauses = new Dictionary<string, Pause>(StringComparer.Ordinal);
        foreach (var setting in await store.Settings.ListAsync(PauseKind, cancellationToken))
        {
            if (!setting.Value.IsNull && setting.Value.As<Pause>() is { } pause)
            {
                pauses[setting.Key] = pause;
            }
        }

        var past = new Dictionary<string, PastPauses>(StringComparer.Ordinal);
        foreach (var setting in await store.Settings.ListAsync(PastKind, cancellationToken))
        {
            if (!setting.Value.IsNull && setting.Value.As<PastPauses>() is { } times)
            {
                past[setting.Key] = times;
            }
        }

        _state = new State(pauses, past);
    }

    /// <summary>Pauses a tenant (or everything: null). The first author and reason stay.</summary>
    public async Task PauseAsync(TenantId? tenant, Pause pause, CancellationToken cancellationToken)
    {
        await store.Settings.ChangeAsync(
            PauseKind, KeyOf(tenant), value => value.IsNull ? JsonText.From(pause) : null, cancellationToken);
        await ReloadAsync(cancellationToken);
    }

    /// <summary>Ends a pause; false if there was none. What was paused is remembered before the pause is taken away.</summary>
    public async Task<bool> ResumeAsync(TenantId? tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = KeyOf(tenant);
        var setting = await store.Settings.FindAsync(PauseKind, key, cancellationToken);
        if (setting is null || setting.Value.IsNull || setting.Value.As<Pause>() is not { } pause)
        {
            return false;
        }

        await store.Settings.ChangeAsync(
            PastKind,
            key,
            value =>
            {
                var times = value.IsNull ? [] : value.As<PastPauses>()?.Times ?? [];
                return JsonText.From(new PastPauses([.. times.TakeLast(Remembered - 1), new PausedTime(pause.At, now)], Rearm: true));
            },
            cancellationToken);
        await store.Settings.ChangeAsync(PauseKind, key, _ => default(JsonText), cancellationToken);
        await ReloadAsync(cancellationToken);
        return true;
    }

    /// <summary>Notes that all jobs of a tenant have been looked at since its pause ended.</summary>
    public async Task FinishAsync(TenantId? tenant, CancellationToken cancellationToken)
    {
        await store.Settings.ChangeAsync(
            PastKind,
            KeyOf(tenant),
            value => value.As<PastPauses>() is { Rearm: true } past ? JsonText.From(past with { Rearm = false }) : null,
            cancellationToken);
        await ReloadAsync(cancellationToken);
    }

    private static string KeyOf(TenantId? tenant) => tenant?.Value ?? Everything;

    private sealed record State(Dictionary<string, Pause> Pauses, Dictionary<string, PastPauses> Past);

    private sealed record PastPauses(IReadOnlyList<PausedTime> Times, bool Rearm);
}
