using System.Text.Json.Serialization;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Alarms;

/// <summary>Something that should have happened and has not, or does not happen as it used to. Told once when it begins and once when it ends.</summary>
public sealed record Alarm
{
    /// <summary>The kind under which alarms are kept among the settings.</summary>
    public const string SettingKind = "alarm";

    /// <summary>How many of the times it was on before are kept.</summary>
    public const int EpisodesKept = 20;

    /// <summary>Gets whose job or queue it is.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Gets what is wrong.</summary>
    public required AlarmKind Kind { get; init; }

    /// <summary>Gets the job; null for an alarm about a queue.</summary>
    public JobName? Job { get; init; }

    /// <summary>Gets the queue; null for an alarm about a job.</summary>
    public QueueName? Queue { get; init; }

    /// <summary>Gets the due instant that it began with: the first that was not met, or that of the oldest waiting run.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Gets when it was found.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets when it was found to be over; null while it lasts.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets what is wrong, in a sentence.</summary>
    public required string Text { get; init; }

    /// <summary>Gets the runs that tell people of it, in the order in which they were asked for; none where no channel has anybody to tell.</summary>
    public IReadOnlyList<AlarmMessage> Messages { get; init; } = [];

    /// <summary>Gets the times it was on before, the latest first, at most <see cref="EpisodesKept"/>: messages about them may still be under way.</summary>
    public IReadOnlyList<AlarmEpisode> Earlier { get; init; } = [];

    /// <summary>Gets which alarm it is among all: <c>tenant/kind/name</c>.</summary>
    [JsonIgnore]
    public string Key => KeyOf(Tenant, Kind, Job?.Value ?? Queue?.Value ?? string.Empty);

    /// <summary>Gets the alarm as a message tells it, whatever has become of it since; null for what never was or is not kept any more.</summary>
    /// <param name="since">When the alarm was found that the message tells of: its <see cref="Since"/>.</param>
    /// <param name="isEnd">Whether the message tells that it is over.</param>
    public Alarm? AsTold(DateTimeOffset since, bool isEnd) => OfEpisode(since) switch
    {
        { } told when !isEnd => told with { EndedAt = null },
        { EndedAt: not null } told => told,
        _ => null,
    };

    /// <summary>Makes the key of an alarm.</summary>
    public static string KeyOf(TenantId tenant, AlarmKind kind, string name) => $"{tenant}/{TextOf(kind)}/{name}";

    /// <summary>Gets the word for a kind.</summary>
    public static string TextOf(AlarmKind kind) => kind switch
    {
        AlarmKind.Silent => "silent",
        AlarmKind.Slow => "slow",
        AlarmKind.Skipping => "skipping",
        _ => "backlog",
    };

    private Alarm? OfEpisode(DateTimeOffset since)
    {
        if (since == Since)
        {
            return this;
        }

        return Earlier.FirstOrDefault(episode => episode.Since == since) is { } before
            ? this with { DueAt = before.DueAt, Since = before.Since, EndedAt = before.EndedAt, Text = before.Text }
            : null;
    }
}

/// <summary>A run, of the alarm's own tenant, that tells people of an alarm.</summary>
/// <param name="Channel">The name of the channel, such as <c>webhook</c>.</param>
/// <param name="Run">The run.</param>
/// <param name="IsEnd">Whether it tells that the alarm is over; otherwise that it is on.</param>
public sealed record AlarmMessage(string Channel, RunId Run, bool IsEnd)
{
    /// <summary>Gets whether the run may not have been asked for yet: after a crash it is asked for again, under the same id.</summary>
    public bool IsPending { get; init; }
}

/// <summary>One time that an alarm was on.</summary>
/// <param name="DueAt">The due instant that it began with.</param>
/// <param name="Since">When it was found.</param>
/// <param name="EndedAt">When it was found to be over.</param>
/// <param name="Text">What was wrong, in a sentence.</param>
public sealed record AlarmEpisode(DateTimeOffset DueAt, DateTimeOffset Since, DateTimeOffset EndedAt, string Text);

/// <summary>What an alarm is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlarmKind>))]
public enum AlarmKind
{
    /// <summary>A job should have succeeded by now and has not.</summary>
    Silent,

    /// <summary>A run of a job takes, or took, far longer than those before it.</summary>
    Slow,

    /// <summary>A job's due instants are skipped, one after another.</summary>
    Skipping,

    /// <summary>A run waits in a queue for too long.</summary>
    Backlog,
}
