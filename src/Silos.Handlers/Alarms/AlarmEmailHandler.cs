using System.Globalization;
using Microsoft.Extensions.Options;
using Silos.Alarms;
using Silos.Handlers.Email;
using Silos.Stores;
using Silos.Workers;

namespace Silos.Handlers.Alarms;

/// <summary>Sends an alarm to the addresses of the configuration, as the <c>email</c> handler sends.</summary>
internal sealed class AlarmEmailHandler(IOptions<AlarmEmailOptions> options, IOptions<EmailHandlerOptions> mail, ISilosStore store)
{
    public const string Key = "alarm_email";

    private readonly EmailHandler _mail = new(mail);

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (options.Value.To.Count == 0)
        {
            throw new NonRetryableException($"{AlarmEmailOptions.Section}:To is not set in this process.");
        }

        var alarm = await AlarmNote.ReadAsync(store, context, cancellationToken);
        var what = alarm.Job is { } job ? $"job {job}" : $"queue {alarm.Queue}";
        var payload = JsonText.From(new
        {
            to = options.Value.To,
            subject = "{{subject}}",
            text = "{{text}}",

            // Names of people's jobs must not be read as templates.
            variables = new
            {
                subject = $"{(alarm.EndedAt is null ? "Alarm" : "Over")}: {what} ({Alarm.TextOf(alarm.Kind)})",
                text = alarm.EndedAt is { } ended
                    ? $"It is over since {Text(ended)}. It was: {alarm.Text}\n\nTenant: {alarm.Tenant}"
                    : $"{alarm.Text}\n\nTenant: {alarm.Tenant}\nDue: {Text(alarm.DueAt)}\nFound: {Text(alarm.Since)}",
            },
        });
        await _mail.RunWithAsync(payload, context, cancellationToken);
    }

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
