using Silos.Jobs;

namespace Silos.Cluster.Jobs;

/// <summary>A job's grain as silos call it; the key is that of <see cref="Grains.IJobGrain"/>.</summary>
internal interface IJobAlarmGrain : IGrainWithStringKey
{
    /// <summary>Says that somebody else wrote the job's row, so that the alarm is set by it. Completes when the alarm will ring even if this silo dies.</summary>
    Task ArmAsync(Job row);

    /// <summary>Says that the job is due and hands its row along, as just read. Completes when it is decided.</summary>
    /// <returns>Whether that was news: it was due, and this call got it decided.</returns>
    Task<bool> WakeAsync(Job row);
}
