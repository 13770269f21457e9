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

    /// <summary>Gets which alarm it is among all: <c>tenant/kind/name</c>.</summary>
    [JsonIgnore]
    public string Key => KeyOf(Tenant, Kind, Job?.Value ?? Queue?.Value ?? string.Empty);

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
}

/// <summary>A run, of the tenant <c>default</c>, that tells people of an alarm.</summary>
/// <param name="Channel">The name of the channel, such as <c>webhook</c>.</param>
/// <param name="Run">The run.</param>
/// <param name="IsEnd">Whether it tells that the alarm is over; otherwise that it is on.</param>
public sealed record AlarmMessage(string Channel, RunId Run, bool IsEnd);

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
