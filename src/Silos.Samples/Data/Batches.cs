using Silos.Workers;

namespace Silos.Samples.Data;

/// <summary>Work in bounded bites: between two of them a job can be cancelled, and no lock is held for long.</summary>
internal static class Batches
{
    /// <summary>Repeats a batch until it finds nothing more to do.</summary>
    /// <param name="context">The attempt, for progress.</param>
    /// <param name="what">What is counted, in words.</param>
    /// <param name="batch">Does one batch and returns how many it did; a batch that did something must leave less to do.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public static async Task<int> UntilDoneAsync(
        JobContext context, string what, Func<Task<int>> batch, CancellationToken cancellationToken)
    {
        var total = 0;
        int done;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            done = await batch();
            total += done;
            await context.ReportProgressAsync(done == 0 ? 100 : 50, $"{total} {what}");
        }
        while (done > 0);

        SampleLog.Done(context.Log, total, what);
        return total;
    }
}
