using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Alarms;
using Silos.Engine.Runs;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Alarms;

/// <summary>The alarms that last, as the store has them: what begins is told once, what ends is told once.</summary>
/// <remarks>
/// First the alarm is stored with the ids of the runs that shall tell people, then the runs. Of two processes that look at the same time one stores it, and
/// what a crash left untold is told by whoever reads it next, under the same ids.
/// </remarks>
internal sealed partial class AlarmBook(
    ISilosStore store,
    RunRequestValidation requests,
    Lazy<IQueueHost> queues,
    IEnumerable<IAlarmChannel> channels,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    ILogger<AlarmBook> logger)
{
    /// <summary>The queue of the runs that tell of alarms, in each tenant.</summary>
    public const string Queue = "alarms";

    /// <summary>For how long an alarm is kept that is over.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly ILogger _logger = logger;
    private Dictionary<string, (Alarm Alarm, long Version)> _alarms = [];

    /// <summary>Gets the alarms that last.</summary>
    public IEnumerable<Alarm> Active => _alarms.Values.Select(entry => entry.Alarm).Where(alarm => alarm.EndedAt is null);

    /// <summary>Finds the alarm about a job that lasts; null if none does.</summary>
    public Alarm? Find(JobKey job, AlarmKind kind) =>
        _alarms.TryGetValue(Alarm.KeyOf(job.Tenant, kind, job.Name.Value), out var entry) && entry.Alarm.EndedAt is null ? entry.Alarm : null;

    /// <summary>Reads what is stored, and has told what nobody may have been told yet.</summary>
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
        foreach (var (key, (alarm, _)) in alarms.Where(entry => entry.Value.Item1.Messages.Any(message => message.IsPending)).ToList())
        {
            var untold = alarm.Messages.Where(message => message.IsPending).Select(message => (message, Ask(alarm, message))).ToList();
            await TellAsync(key, untold, cancellationToken);
        }
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

        var now = clock.Now();
        var changed = finding is null
            ? entry.Alarm with { EndedAt = now }
            : new Alarm
            {
                Tenant = tenant,
                Kind = kind,
                Job = job,
                Queue = queue,
                DueAt = finding.DueAt,

                // What tells the times apart that it was on, also where the clock was set back.
                Since = known && entry.Alarm.Since >= now ? entry.Alarm.Since.AddMilliseconds(1) : now,
                Text = finding.Text,
                Earlier = known ? EpisodesOf(entry.Alarm) : [],
            };
        var told = new List<(AlarmMessage Message, RunRequest? Request)>();
        foreach (var channel in channels)
        {
            if (channel.Tell(changed) is { } request)
            {
                told.Add((new AlarmMessage(channel.Name, RunId.New(now), finding is null) { IsPending = true }, request));
            }
        }

        changed = changed with { Messages = [.. changed.Messages, .. told.Select(asked => asked.Message)] };
        if (!await SaveAsync(key, changed, entry.Version, cancellationToken))
        {
            // Another process was faster; the next look reads what it wrote.
            return;
        }

        if (finding is null)
        {
            LogEnded(Alarm.TextOf(kind), key);
        }
        else
        {
            LogBegan(Alarm.TextOf(kind), changed.Text);
        }

        await TellAsync(key, told, cancellationToken);
    }

    /// <summary>Deletes those that have been over for long, and with them what their messages say.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var before = clock.Now() - Kept;
        foreach (var (key, (_, version)) in _alarms.Where(entry => entry.Value.Alarm.EndedAt < before).ToList())
        {
            if (await store.Settings.TryDeleteAsync(Alarm.SettingKind, key, version, cancellationToken))
            {
                _alarms.Remove(key);
            }
        }
    }

    private static IReadOnlyList<AlarmEpisode> EpisodesOf(Alarm over) =>
    [
        .. over.Earlier.Prepend(new AlarmEpisode(over.DueAt, over.Since, over.EndedAt ?? over.Since, over.Text)).Take(Alarm.EpisodesKept),
    ];

    private RunRequest? Ask(Alarm alarm, AlarmMessage message) =>
        alarm.AsTold(alarm.Since, message.IsEnd) is { } told
            ? channels.FirstOrDefault(channel => channel.Name == message.Channel)?.Tell(told)
            : null;

    /// <summary>Has an alarm told. What no channel tells any more, or cannot tell, is struck out.</summary>
    private async Task TellAsync(string key, List<(AlarmMessage Message, RunRequest? Request)> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            return;
        }

        var (alarm, version) = _alarms[key];
        var asked = new HashSet<RunId>();
        foreach (var (message, request) in messages)
        {
            if (request is not null && await AskAsync(alarm.Tenant, message, request, cancellationToken))
            {
                asked.Add(message.Run);
            }
        }

        var settled = alarm with
        {
            Messages =
            [
                .. alarm.Messages.Where(message => !message.IsPending || asked.Contains(message.Run)).Select(message => message with { IsPending = false }),
            ],
        };
        await SaveAsync(key, settled, version, cancellationToken);
    }

    private async Task<bool> AskAsync(TenantId tenant, AlarmMessage message, RunRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var run = requests.Make(
                request with
                {
                    Id = message.Run,
                    Tenant = tenant,
                    Queue = QueueName.Parse(Queue),
                    RequestedBy = "silos",
                    Tags = ["alarm"],

                    // Whether it was delivered is shown with the alarm.
                    DeleteOnSuccess = false,
                },
                clock.Now(),
                own: true);
            await queues.Value.EnqueueAsync([run], mayRepeat: true, cancellationToken);
            return true;
        }
        catch (InvalidException exception)
        {
            // A handler that this process lacks or that is not set up: the alarm is kept and shown all the same.
            LogCannotTell(message.Channel, exception.Message);
            return false;
        }
    }

    private async Task<bool> SaveAsync(string key, Alarm alarm, long version, CancellationToken cancellationToken)
    {
        if (await store.Settings.TrySaveAsync(new Setting(Alarm.SettingKind, key, JsonText.From(alarm), version), cancellationToken) is not { } saved)
        {
            return false;
        }

        _alarms[key] = (alarm, saved.Version);
        return true;
    }

    [LoggerMessage(LogLevel.Error, "Alarms cannot be told by {Channel}: {Problem}")]
    private partial void LogCannotTell(string channel, string problem);

    [LoggerMessage(LogLevel.Warning, "Alarm ({Kind}): {Text}")]
    private partial void LogBegan(string kind, string text);

    [LoggerMessage(LogLevel.Information, "Alarm ({Kind}) is over: {Alarm}")]
    private partial void LogEnded(string kind, string alarm);
}
