using System.Text.Json.Nodes;
using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Support;

namespace Silos.Cluster.Benchmarks.Figures;

/// <summary>Drain: N waiting no-op runs, from the moment their queues are resumed until the end of the last one is recorded.</summary>
internal static class DrainFigure
{
    public static async Task RunAsync(BenchCluster cluster)
    {
        var n = cluster.N;
        Report.Say("Warming up …");
        var rows = await cluster.RowsAsync();
        var before = await cluster.ExecutedAsync();
        var warm = Math.Min(n, Math.Max(20_000, n / 10));
        await EnqueueFigure.EnqueueAsync(cluster, 1_000, warm);
        await cluster.ExecutedAsync(before += warm);
        await cluster.IdleAsync();

        await EnqueueFigure.PauseAsync(cluster);
        await EnqueueFigure.EnqueueAsync(cluster, 1_000, n);
        var from = await cluster.MeterAsync();
        await EnqueueFigure.ResumeAsync(cluster);
        await cluster.ExecutedAsync(before + n);
        await cluster.IdleAsync();
        var to = await cluster.MeterAsync();

        var report = cluster.NewReport();
        report.Add("history", cluster.Settings.History);
        report.Add("slots", cluster.Settings.Slots);
        report.Rate(Usage.Between(from, to), n);
        Usage.Spend(report, from, to, n);
        report.Add("executed_by", new JsonArray([.. to.Silos.Zip(from.Silos, (after, earlier) => after.Executed - earlier.Executed).Select(count => JsonValue.Create(count))]));
        Checks.Equal(before + n, await cluster.ExecutedAsync(), "handler calls");
        Checks.Equal(cluster.Settings.History ? rows + warm + n : rows, await cluster.RowsAsync(), "runs in the history");
        report.Print();
    }
}
