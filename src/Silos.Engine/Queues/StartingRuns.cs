using Silos.Engine.Workers;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Attempts that one commit claims: those that begin here, and those that are lent to workers of other processes.</summary>
internal sealed class StartingRuns
{
    /// <summary>Gets the attempts that begin in this process.</summary>
    public List<AttemptContext> Here { get; } = [];

    /// <summary>Gets the attempts that begin elsewhere.</summary>
    public List<RemoteAttempt> Elsewhere { get; } = [];

    /// <summary>Gets how many there are.</summary>
    public int Count => Here.Count + Elsewhere.Count;

    /// <summary>Gets all of them.</summary>
    public IEnumerable<ILentRun> All => Elsewhere.Count == 0 ? Here : Here.Concat<ILentRun>(Elsewhere);

    /// <summary>Finds the attempt at a run; null if there is none.</summary>
    public ILentRun? Find(RunId run) =>
        Here.Find(attempt => attempt.RunId == run) ?? (ILentRun?)Elsewhere.Find(attempt => attempt.Pending.Id == run);

    /// <summary>Takes one out.</summary>
    public void Remove(ILentRun attempt)
    {
        if (attempt is RemoteAttempt remote)
        {
            Elsewhere.Remove(remote);
        }
        else
        {
            Here.Remove((AttemptContext)attempt);
        }
    }
}
