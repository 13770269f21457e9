using System.Diagnostics;
using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Support;
using Silos.Runs;

namespace Silos.Cluster.Benchmarks.Figures;

/// <summary>Latency: from the client's call of enqueue to the first line of the handler in a silo, ten times a second on an idle cluster.</summary>
internal static class LatencyFigure
{
    private const int WarmUp = 100;

    public static async Task RunAsync(BenchCluster cluster)
    {
        var n = cluster.N;
        await cluster.RecordAsync();
        var asked = new Dictionary<Guid, long>();
        var acknowledged = new List<double>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var i = 0; i < n + WarmUp; i++)
        {
            await timer.WaitForNextTickAsync();
            var id = RunId.New(TimeProvider.System.Now());
            var queue = cluster.Queues[i % cluster.Queues.Count];
            var at = Stopwatch.GetTimestamp();
            await cluster.Client.EnqueueAsync(
                new RunRequest { Handler = "noop", Queue = queue, Id = id, Payload = cluster.Payload }, CancellationToken.None);
            if (i >= WarmUp)
            {
                acknowledged.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                asked.Add(id.Value, at);
            }
        }

        await cluster.IdleAsync();
        var starts = await cluster.StartsAsync();
        Checks.Equal(n + WarmUp, starts.Count, "handler starts");

        // Stopwatch reads one clock of the machine, so that instants of two processes can be compared.
        var times = starts
            .Where(start => asked.ContainsKey(start.Run))
            .Select(start => Stopwatch.GetElapsedTime(asked[start.Run], start.At).TotalMilliseconds)
            .ToList();
        var report = cluster.NewReport();
        acknowledged.Sort();
        report.Add("acknowledged_p50", Math.Round(acknowledged[acknowledged.Count / 2], 3));
        report.Times(times);
        report.Print();
    }
}
