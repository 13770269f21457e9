using Silos.Jobs;
using Silos.Runs;

namespace Silos.Grains;

/// <summary>A run; its key is <c>tenant/run id</c>. Answers as <see cref="IJobGrain"/> does.</summary>
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>The longest time that one call waits, so that no call is under way when its silo has long been gone: 2.5 seconds.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2.5);

    /// <summary>Reads the run with attempts and steps.</summary>
    Task<Reply<RunDetails>> GetAsync(CancellationToken cancellationToken);

    /// <summary>Waits until the run has ended, at most <see cref="LongestWait"/>; without a value if it has not ended by then: ask again.</summary>
    Task<Reply<Run>> WaitAsync(CancellationToken cancellationToken);

    /// <summary>Cancels the run: at once if it waits, cooperatively if it runs. True if it had not ended yet.</summary>
    Task<Reply<bool>> CancelAsync(CancelRequest request, CancellationToken cancellationToken);

    /// <summary>Runs an ended run again, as a new run with the same payload and options. Repeating the call makes another run.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Reply<RunId>> RetryAsync(string by, CancellationToken cancellationToken);

    /// <summary>Why the run is not running.</summary>
    Task<Reply<IReadOnlyList<Blocker>>> ExplainAsync(CancellationToken cancellationToken);
}
