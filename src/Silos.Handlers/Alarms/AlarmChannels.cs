using System.Globalization;
using Microsoft.Extensions.Options;
using Silos.Alarms;
using Silos.Handlers.Email;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Handlers.Alarms;

/// <summary>Tells of alarms by webhook.</summary>
internal sealed class AlarmWebhookChannel(IOptions<AlarmWebhookOptions> options) : IAlarmChannel
{
    // From seconds to about a day.
    internal static readonly RetryPolicy Retry = new()
    {
        MaxAttempts = 12,
        InitialInterval = TimeSpan.FromSeconds(5),
        Coefficient = 3,
        MaxInterval = TimeSpan.FromHours(4),
    };

    public string Name => "webhook";

    public RunRequest? Tell(Alarm alarm) => string.IsNullOrEmpty(options.Value.Url)
        ? null
        : new RunRequest
        {
            Handler = AlarmWebhookHandler.Key,
            Name = $"alarm: {alarm.Key}",
            Retry = Retry,
            Payload = JsonText.From(new
            {
                type = alarm.EndedAt is null ? "silos.alarm.started" : "silos.alarm.ended",
                timestamp = alarm.EndedAt ?? alarm.Since,
                data = new
                {
                    tenant = alarm.Tenant.Value,
                    kind = Alarm.TextOf(alarm.Kind),
                    job = alarm.Job?.Value,
                    queue = alarm.Queue?.Value,
                    dueAt = alarm.DueAt,
                    since = alarm.Since,
                    endedAt = alarm.EndedAt,
                    text = alarm.Text,
                },
            }),
        };
}

/// <summary>Tells of alarms by e-mail.</summary>
internal sealed class AlarmEmailChannel(IOptions<AlarmEmailOptions> options) : IAlarmChannel
{
    public string Name => "email";

    public RunRequest? Tell(Alarm alarm)
    {
        if (options.Value.To.Count == 0)
        {
            return null;
        }

        var name = alarm.Job?.Value ?? alarm.Queue?.Value;
        var what = alarm.Job is null ? $"queue {name}" : $"job {name}";
        var text = alarm.EndedAt is { } ended
            ? $"It is over since {Text(ended)}. It was: {alarm.Text}"
            : $"{alarm.Text}\n\nTenant: {alarm.Tenant}\nDue: {Text(alarm.DueAt)}\nFound: {Text(alarm.Since)}";
        return new RunRequest
        {
            Handler = EmailHandler.Key,
            Name = $"alarm: {alarm.Key}",
            Retry = AlarmWebhookChannel.Retry,
            Payload = JsonText.From(new
            {
                to = options.Value.To,
                subject = "{{subject}}",
                text = "{{text}}",

                // Names of people's jobs must not be read as templates.
                variables = new { subject = $"{(alarm.EndedAt is null ? "Alarm" : "Over")}: {what} ({Alarm.TextOf(alarm.Kind)})", text },
            }),
        };
    }

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
