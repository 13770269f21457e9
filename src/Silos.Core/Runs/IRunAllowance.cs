namespace Silos.Runs;

/// <summary>How many runs a tenant may still ask for. What makes many runs in the background asks here first, and waits where it gets too few.</summary>
public interface IRunAllowance
{
    /// <summary>Takes the allowance for some runs: as many as there is room for, at most <paramref name="wanted"/>.</summary>
    /// <param name="tenant">Whose runs.</param>
    /// <param name="wanted">How many; at least 1.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<RunGrant> TakeAsync(TenantId tenant, int wanted, CancellationToken cancellationToken);
}

/// <summary>How many runs may be asked for.</summary>
/// <param name="Count">How many.</param>
/// <param name="Reason">Why they are not all that were wanted; null if they are.</param>
public readonly record struct RunGrant(int Count, string? Reason = null);
