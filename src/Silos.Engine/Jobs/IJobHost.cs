using Silos.Jobs;

namespace Silos.Engine;

/// <summary>The jobs' side, as the queues see it.</summary>
internal interface IJobHost
{
    /// <summary>Says that a run of the job ended. A hint: the row's wake-up is the truth.</summary>
    void OnRunFinished(JobKey job);

    /// <summary>Says that the job's alarm changed.</summary>
    void HintDue(JobKey job, DateTimeOffset at);
}
