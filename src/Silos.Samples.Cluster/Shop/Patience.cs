using Silos.Schedules;

namespace Silos.Samples.Cluster.Shop;

/// <summary>Waits as long as a caller wants to.</summary>
internal static class Patience
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <summary>Waits for something; the default value if the time is over before it.</summary>
    /// <exception cref="InvalidException">The time is not one.</exception>
    public static async Task<T?> WaitAsync<T>(string wait, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (!DurationText.TryParse(wait, out var patience) || patience < TimeSpan.Zero || patience > Most)
        {
            throw new InvalidException("wait", wait, $"must be at most {Most.TotalMinutes:0} minutes; {DurationText.Hint}");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }
}
