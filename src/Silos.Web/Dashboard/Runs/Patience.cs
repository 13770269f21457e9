using Silos.Web.Http;

namespace Silos.Web.Dashboard.Runs;

/// <summary>How long a page, or a count over the API, waits for a search. One that no index serves reads the history from its end; nobody waits longer than this for it.</summary>
internal sealed class Patience(Surroundings surroundings)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Gets how many seconds that are.</summary>
    public static int Seconds => (int)Longest.TotalSeconds;

    /// <summary>Gets what to say when it is over.</summary>
    public static string Over => $"The search took longer than {Longest.TotalSeconds:0} seconds and was given up. Name a job, or look for failures: those have an index.";

    /// <summary>Searches.</summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> search, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Longest, surroundings.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await search(either.Token);
        }
        catch (Exception exception) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new OverException(exception);
        }
    }

    /// <summary>Searches for what is no page.</summary>
    /// <exception cref="ConflictException">It took too long.</exception>
    public async Task<T> OrRefuseAsync<T>(Func<CancellationToken, Task<T>> search, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(search, cancellationToken);
        }
        catch (OverException)
        {
            throw new ConflictException(Over, "search_too_slow");
        }
    }

    /// <summary>Patience is over, whatever the store itself calls a timeout.</summary>
    internal sealed class OverException(Exception inner) : TimeoutException("The search took too long.", inner);
}
