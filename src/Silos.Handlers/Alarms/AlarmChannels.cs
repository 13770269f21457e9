using Microsoft.Extensions.Options;
using Silos.Alarms;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Handlers.Alarms;

/// <summary>Tells of alarms by webhook.</summary>
internal sealed class AlarmWebhookChannel(IOptions<AlarmWebhookOptions> options) : IAlarmChannel
{
    public string Name => "webhook";

    public RunRequest? Tell(Alarm alarm) => string.IsNullOrEmpty(options.Value.Url) ? null : AlarmMessages.Ask(AlarmWebhookHandler.Key, alarm);
}

/// <summary>Tells of alarms by e-mail.</summary>
internal sealed class AlarmEmailChannel(IOptions<AlarmEmailOptions> options) : IAlarmChannel
{
    public string Name => "email";

    public RunRequest? Tell(Alarm alarm) => options.Value.To.Count == 0 ? null : AlarmMessages.Ask(AlarmEmailHandler.Key, alarm);
}

/// <summary>The runs that tell of alarms.</summary>
internal static class AlarmMessages
{
    // From seconds to about a day.
    private static readonly RetryPolicy Retry = new()
    {
        MaxAttempts = 12,
        InitialInterval = TimeSpan.FromSeconds(5),
        Coefficient = 3,
        MaxInterval = TimeSpan.FromHours(4),
    };

    /// <summary>Makes the request for one.</summary>
    public static RunRequest Ask(string handler, Alarm alarm) => new()
    {
        Handler = handler,
        Name = $"alarm: {Alarm.TextOf(alarm.Kind)} {alarm.Job?.Value ?? alarm.Queue?.Value}",
        Retry = Retry,
        Payload = AlarmNote.Of(alarm),
    };
}
