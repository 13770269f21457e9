using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Support;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Cluster.Benchmarks.Figures;

/// <summary>Enqueue from a client app: every call is acknowledged after its commit. The queues are paused, so that nothing runs meanwhile.</summary>
internal static class EnqueueFigure
{
    public static async Task RunAsync(BenchCluster cluster, int perCall)
    {
        var n = cluster.N;
        await PauseAsync(cluster);
        await EnqueueAsync(cluster, perCall, Math.Max(n / 10, perCall * cluster.Settings.Callers));

        var before = await cluster.RowsAsync();
        var from = await cluster.MeterAsync();
        await EnqueueAsync(cluster, perCall, n);
        var to = await cluster.MeterAsync();

        var report = cluster.NewReport();
        report.Rate(Usage.Between(from, to), n);
        Usage.Spend(report, from, to, n);
        Checks.Equal(before + n, await cluster.RowsAsync(), "rows in the store");
        report.Print();
    }

    /// <summary>Enqueues evenly over the queues; the callers share them.</summary>
    public static Task EnqueueAsync(BenchCluster cluster, int perCall, int n)
    {
        var queues = cluster.Queues;
        var callers = Math.Max(1, cluster.Settings.Callers / queues.Count);
        return Task.WhenAll(queues.Select((queue, i) => Silos.Benchmarks.Figures.EnqueueFigure.EnqueueAsync(
            cluster.Client,
            new RunRequest
            {
                Handler = "noop",
                Queue = queue,
                Payload = cluster.Payload,
                DeleteOnSuccess = !cluster.Settings.History,
            },
            perCall,
            callers,
            (n / queues.Count) + (i < n % queues.Count ? 1 : 0))));
    }

    public static Task PauseAsync(BenchCluster cluster) => Task.WhenAll(cluster.Queues.Select(queue =>
        cluster.Client.PauseQueueAsync(new QueueKey(TenantId.Default, queue), "bench", null, CancellationToken.None)));

    public static Task ResumeAsync(BenchCluster cluster) => Task.WhenAll(cluster.Queues.Select(queue =>
        cluster.Client.ResumeQueueAsync(new QueueKey(TenantId.Default, queue), "bench", CancellationToken.None)));
}
