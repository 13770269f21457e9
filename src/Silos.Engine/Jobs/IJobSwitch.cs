using Silos.Jobs;

namespace Silos.Engine;

/// <summary>Says which jobs a process is told to keep from running, by its environment for example. Asked when somebody registers a job over HTTP.</summary>
public interface IJobSwitch
{
    /// <summary>Gets why a job may not run, or null if it may.</summary>
    /// <param name="job">Its name.</param>
    string? OffBecause(JobName job);
}
