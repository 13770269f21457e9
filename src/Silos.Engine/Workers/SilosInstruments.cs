using System.Diagnostics.Metrics;

namespace Silos.Engine.Workers;

/// <summary>What is counted, in the words of the domain; meter <c>Silos</c>.</summary>
internal static class SilosInstruments
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Silos";

    /// <summary>A job was changed by another writer first.</summary>
    public const string Version = "version";

    /// <summary>A partition has another owner by now.</summary>
    public const string Epoch = "epoch";

    /// <summary>An attempt does not count any more.</summary>
    public const string Token = "token";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Enqueued = Meter.CreateCounter<long>("silos.runs.enqueued", description: "Runs stored.");
    private static readonly Counter<long> Started = Meter.CreateCounter<long>("silos.attempts.started", description: "Attempts begun.");
    private static readonly Counter<long> Ended = Meter.CreateCounter<long>("silos.attempts.ended", description: "Attempts recorded, by outcome.");
    private static readonly Counter<long> Abandoned = Meter.CreateCounter<long>("silos.attempts.abandoned", description: "Attempts that ignored cancellation.");
    private static readonly Counter<long> StepDowns = Meter.CreateCounter<long>("silos.partitions.step_downs", description: "Times a partition was given up after an error.");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("silos.writes.refused", description: "Writes that came too late, by the check that refused them: version of a job, epoch of a partition, token of an attempt.");

    public static void OnEnqueued(int runs) => Enqueued.Add(runs);

    public static void OnStarted(int attempts) => Started.Add(attempts);

    public static void OnRecorded(string outcome)
    {
        if (Ended.Enabled)
        {
            Ended.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    public static void OnAbandoned() => Abandoned.Add(1);

    public static void OnStepDown() => StepDowns.Add(1);

    public static void OnRefused(string check) => Refused.Add(1, new KeyValuePair<string, object?>("check", check));
}
