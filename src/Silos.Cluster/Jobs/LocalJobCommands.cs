using Silos.Engine.Jobs;

namespace Silos.Cluster.Jobs;

/// <summary>Commands on jobs, done by their actors in this silo: what a job's grain uses for its own job.</summary>
internal sealed class LocalJobCommands(JobActors actors, JobRegistrar registrar, PauseBoard pauses, Scheduling scheduling)
    : ActorJobCommands(actors, registrar, pauses)
{
    public override bool IsScheduling => scheduling.IsRunning;
}
