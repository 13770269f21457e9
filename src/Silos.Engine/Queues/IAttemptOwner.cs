using Silos.Engine.Workers;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Who is told how attempts end, as their worker sees it: the owner of their runs, or a way to it.</summary>
internal interface IAttemptOwner
{
    /// <summary>Gets the partition and the epoch under which its owner may write, as far as is known here; epoch 0 while nobody does.</summary>
    PartitionEpoch Owner { get; }

    /// <summary>An attempt has ended.</summary>
    void OnEnded(AttemptContext attempt);

    /// <summary>Attempts have ended. The list is the caller's: it is used again.</summary>
    void OnEnded(List<AttemptContext> attempts);
}
