using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Alarms;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Alarms;

/// <summary>The alarms that last, as the store has them: what begins is told once, what ends is told once.</summary>
/// <remarks>
/// First the runs that tell people are stored, under keys that follow from the alarm, then the alarm: a crash in between, or two processes
/// that look at the same time, tell nothing twice.
/// </remarks>
internal sealed partial class AlarmBook(
    ISilosStore store,
    ISilosClient client,
    IEnumerable<IAlarmChannel> channels,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    ILogger<AlarmBook> logger)
{
    /// <summary>The queue of the runs that tell of alarms.</summary>
    public const string Queue = "alarms";

    private static readonly TimeSpan Once = TimeSpan.FromDays(30);

    private readonly ILogger _logger = logger;
    private Dictionary<string, (Alarm Alarm, long Version)> _alarms = [];

    /// <summary>Gets the alarms that last.</summary>
    public IEnumerable<Alarm> Active => _alarms.Values.Select(entry => entry.Alarm).Where(alarm => alarm.EndedAt is null);

    /// <summary>Reads what is stored.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var alarms = new Dictionary<string, (Alarm, long)>(StringComparer.Ordinal);
        foreach (var setting in await store.Settings.ListAsync(Alarm.SettingKind, cancellationToken))
        {
            if (!setting.Value.IsNull && setting.Value.As<Alarm>() is { } alarm)
            {
                alarms[setting.Key] = (alarm, setting.Version);
            }
        }

        _alarms = alarms;
    }

    /// <summary>Says what was found about a job or a queue; null for nothing.</summary>
    public async Task SetAsync(
        TenantId tenant, AlarmKind kind, JobName? job, QueueName? queue, AlarmRules.Finding? finding, CancellationToken cancellationToken)
    {
        var key = Alarm.KeyOf(tenant, kind, job?.Value ?? queue!.Value.Value);
        var known = _alarms.TryGetValue(key, out var entry);
        var lasts = known && entry.Alarm.EndedAt is null;
        if (lasts == finding is not null)
        {
            return;
        }

        var changed = finding is null
            ? entry.Alarm with { EndedAt = clock.Now() }
            : new Alarm
            {
                Tenant = tenant,
                Kind = kind,
                Job = job,
                Queue = queue,
                DueAt = finding.DueAt,
                Since = clock.Now(),
                Text = finding.Text,
            };
        var messages = changed.Messages.ToList();
        foreach (var channel in channels)
        {
            if (await TellAsync(channel, changed, cancellationToken) is { } run)
            {
                messages.Add(new AlarmMessage(channel.Name, run, changed.EndedAt is not null));
            }
        }

        changed = changed with { Messages = messages };

        var saved = await store.Settings.TrySaveAsync(
            new Setting(Alarm.SettingKind, key, JsonText.From(changed), entry.Version), cancellationToken);
        if (saved is null)
        {
            // Another process was faster; the next look reads what it wrote.
            return;
        }

        _alarms[key] = (changed, saved.Version);
        if (finding is null)
        {
            LogEnded(Alarm.TextOf(kind), key);
        }
        else
        {
            LogBegan(Alarm.TextOf(kind), changed.Text);
        }
    }

    /// <summary>Has an alarm told; null where this channel has nobody to tell.</summary>
    private async Task<RunId?> TellAsync(IAlarmChannel channel, Alarm alarm, CancellationToken cancellationToken)
    {
        if (channel.Tell(alarm) is not { } request)
        {
            return null;
        }

        try
        {
            var outcome = await client.EnqueueAsync(
                request with
                {
                    Tenant = TenantId.Default,
                    Queue = QueueName.Parse(Queue),
                    RequestedBy = "silos",
                    Tags = ["alarm"],
                    IdempotencyKey = IdOf(channel, alarm),
                    IdempotencyWindow = Once,
                },
                cancellationToken);
            return outcome.Id;
        }
        catch (InvalidException exception)
        {
            // A handler that this process lacks or that is not set up: the alarm is kept and shown all the same.
            LogCannotTell(channel.Name, exception.Message);
            return null;
        }
    }

    // Of two processes that find it at the same time each has its own instant; what began it is the same.
    private static string IdOf(IAlarmChannel channel, Alarm alarm) =>
        $"{channel.Name}:{Hash(alarm.Key)}:{alarm.DueAt.ToUnixTimeMilliseconds()}:{(alarm.EndedAt is null ? "begin" : $"end:{alarm.Since.ToUnixTimeMilliseconds()}")}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    [LoggerMessage(LogLevel.Error, "Alarms cannot be told by {Channel}: {Problem}")]
    private partial void LogCannotTell(string channel, string problem);

    [LoggerMessage(LogLevel.Warning, "Alarm ({Kind}): {Text}")]
    private partial void LogBegan(string kind, string text);

    [LoggerMessage(LogLevel.Information, "Alarm ({Kind}) is over: {Alarm}")]
    private partial void LogEnded(string kind, string alarm);
}
