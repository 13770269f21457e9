namespace Silos;

/// <summary>The processes that Silos runs in: this one where it is alone, all living silos of a cluster.</summary>
public interface INodes
{
    /// <summary>Lists them by name. One that is counted as alive but does not answer within seconds is listed as <see cref="NodeState.Silent"/>.</summary>
    Task<IReadOnlyList<NodeView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes a process take no more runs: what executes there goes on, its partitions move to others where there are others, and it
    /// tells health checks that it is not ready. Draining twice is draining once: the first author and reason stay. Not stored: a
    /// process that is started again takes runs.
    /// </summary>
    /// <param name="name">The process; see <see cref="NodeView.Name"/>.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="reason">Why, in their words.</param>
    /// <param name="cancellationToken">Gives up waiting; it may drain all the same.</param>
    /// <exception cref="NotFoundException">There is no such process, or it is not alive.</exception>
    /// <exception cref="UnavailableException">It does not answer.</exception>
    Task DrainAsync(string name, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Lets a drained process take runs again.</summary>
    /// <param name="name">The process.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Gives up waiting; it may resume all the same.</param>
    /// <exception cref="NotFoundException">There is no such process, or it is not alive.</exception>
    /// <exception cref="ConflictException">It is stopping (code <c>stopping</c>).</exception>
    /// <exception cref="UnavailableException">It does not answer.</exception>
    Task ResumeAsync(string name, string by, CancellationToken cancellationToken);
}
