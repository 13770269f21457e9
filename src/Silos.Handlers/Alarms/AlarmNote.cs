using System.Text.Json;
using Silos.Alarms;
using Silos.Stores;
using Silos.Workers;

namespace Silos.Handlers.Alarms;

/// <summary>What the run of a message brings: of which alarm it tells, and nothing of what it says.</summary>
/// <remarks>
/// What is said is read from the alarm as it is stored, of the run's own tenant. Whoever could make such a run could at most repeat what was told.
/// </remarks>
/// <param name="Kind">The alarm's kind.</param>
/// <param name="Name">The name of its job or queue.</param>
/// <param name="Since">When it was found, which tells the times apart that it was on.</param>
/// <param name="IsEnd">Whether it is told that it is over; otherwise that it is on.</param>
internal sealed record AlarmNote(AlarmKind Kind, string Name, DateTimeOffset Since, bool IsEnd)
{
    /// <summary>Writes what the run that tells of an alarm brings.</summary>
    public static JsonText Of(Alarm alarm) =>
        JsonText.From(new AlarmNote(alarm.Kind, alarm.Job?.Value ?? alarm.Queue?.Value ?? string.Empty, alarm.Since, alarm.EndedAt is not null));

    /// <summary>Reads the alarm that a run tells of, as it was when it was told.</summary>
    /// <exception cref="NonRetryableException">The run's tenant has no such alarm.</exception>
    public static async Task<Alarm> ReadAsync(ISilosStore store, JobContext context, CancellationToken cancellationToken)
    {
        var note = Parse(context.Payload);
        var key = Alarm.KeyOf(context.Tenant, note.Kind, note.Name);
        var stored = await store.Settings.FindAsync(Alarm.SettingKind, key, cancellationToken);
        return stored?.Value.As<Alarm>() is { } alarm && alarm.Tenant == context.Tenant && alarm.AsTold(note.Since, note.IsEnd) is { } told
            ? told
            : throw new NonRetryableException(
                $"There is nothing to tell: tenant '{context.Tenant}' has no alarm '{Alarm.TextOf(note.Kind)}/{FieldProblem.Shorten(note.Name)}' "
                + $"that was found at {note.Since:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}{(note.IsEnd ? " and is over" : string.Empty)}, or it is not kept any more.");
    }

    private static AlarmNote Parse(JsonText payload)
    {
        try
        {
            if (payload.As<AlarmNote>() is { Name: not null } note)
            {
                return note with { Since = note.Since.ToInstant() };
            }
        }
        catch (JsonException exception)
        {
            throw new NonRetryableException($"invalid job payload structure: {exception.Message}", exception);
        }

        throw new NonRetryableException("invalid job payload structure: it must say of which alarm to tell");
    }
}
