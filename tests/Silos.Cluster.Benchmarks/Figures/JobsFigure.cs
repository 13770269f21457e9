using System.Diagnostics;
using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Support;
using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Cluster.Benchmarks.Figures;

/// <summary>
/// Jobs: N registered jobs of which none is due: how fast they are registered, what silos that keep them cost, how long a restart
/// takes; then a tenth as many more that are due at one instant.
/// </summary>
internal static class JobsFigure
{
    private const string Reminders = "select count(*) from silos.reminder";
    private const int AtOnce = 10_000;

    public static async Task RunAsync(BenchCluster cluster)
    {
        var n = cluster.N;
        var report = cluster.NewReport();
        await RegisterAsync(cluster, report);
        await RestartAsync(cluster, report);
        await StormFigure.MeasureAsync(cluster, Math.Max(1, n / 10), report);
        report.Print();
    }

    private static async Task RegisterAsync(BenchCluster cluster, Report report)
    {
        var n = cluster.N;
        var single = n / 20;
        await cluster.Client.ApplyAsync(TenantId.Default, [Definition("warm-up")], "warm", prune: true, dryRun: false, CancellationToken.None);
        var before = await cluster.MeterAsync(collect: true);
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, single),
            new ParallelOptions { MaxDegreeOfParallelism = cluster.Settings.Callers },
            async (i, token) => await cluster.Client.RegisterAsync(TenantId.Default, Definition($"single-{i:D6}"), "api", token));
        var singly = watch.Elapsed;
        Report.Say($"{single:N0} jobs one by one, {cluster.Settings.Callers} callers: {single / singly.TotalSeconds:N0}/s");

        watch.Restart();
        foreach (var chunk in Enumerable.Range(single, n - single).Chunk(AtOnce))
        {
            await cluster.Client.ApplyAsync(
                TenantId.Default, [.. chunk.Select(i => Definition($"idle-{i:D6}"))], "bench", prune: false, dryRun: false, CancellationToken.None);
        }

        var applied = watch.Elapsed;
        await BenchCluster.UntilAsync(async () => await cluster.CountAsync(Reminders) >= n + 1, "every job has its reminder");
        var armed = watch.Elapsed;
        Report.Say($"{n - single:N0} jobs, {AtOnce:N0} a call: {(n - single) / applied.TotalSeconds:N0}/s, with their reminders {(n - single) / armed.TotalSeconds:N0}/s");

        var after = await cluster.MeterAsync(collect: true);
        report.Add("registered_singly_per_second", Math.Round(single / singly.TotalSeconds));
        report.Add("applied_per_second", Math.Round((n - single) / applied.TotalSeconds));
        report.Add("armed_per_second", Math.Round((n - single) / armed.TotalSeconds));
        var heap = (after.Silos.Sum(silo => silo.Heap) - before.Silos.Sum(silo => silo.Heap)) / (double)n;
        var resident = (after.Silos.Sum(silo => silo.Rss) - before.Silos.Sum(silo => silo.Rss)) / (double)n;
        report.Add("heap_bytes_per_job", Math.Round(heap));
        report.Add("rss_bytes_per_job", Math.Round(resident));
        Report.Say($"{heap:N0} bytes of heap a job, {resident:N0} bytes resident, over all silos");
    }

    private static async Task RestartAsync(BenchCluster cluster, Report report)
    {
        var ready = await cluster.RestartAsync();
        var watched = TimeSpan.FromSeconds(cluster.Order.Small ? 2 : 60);
        // Until then the runtime still compiles what the start made hot.
        await Task.Delay(watched / 2, TimeProvider.System);
        var from = await cluster.MeterAsync();
        await Task.Delay(watched, TimeProvider.System);
        var to = await cluster.MeterAsync();
        var seconds = Usage.Between(from, to).TotalSeconds;
        var silos = cluster.Order.Silos;
        var queries = (to.RoundTrips - from.RoundTrips) / seconds / silos;
        var cpu = (to.SiloCpu - from.SiloCpu) / seconds / silos * 100;
        var server = (to.Server - from.Server).TotalSeconds / seconds * 100;
        var collected = await cluster.MeterAsync(collect: true);
        report.Add("ready_seconds", Math.Round(ready.TotalSeconds, 2));
        report.Add("queries_per_second_per_silo", Math.Round(queries, 2));
        report.Add("cpu_percent_per_silo", Math.Round(cpu, 2));
        report.Add("cpu_percent_server", Math.Round(server, 2));
        report.Add("silo_rss_mib", Math.Round(to.Silos.Max(silo => silo.Rss) / 1048576.0));
        report.Add("silo_heap_mib", Math.Round(collected.Silos.Max(silo => silo.Heap) / 1048576.0));
        Report.Say(
            $"all ready {ready.TotalSeconds:N1} s after the start; idle, a silo: {queries:N1} queries/s, {cpu:N2} % of a core (PostgreSQL {server:N2} %), "
            + $"{to.Silos.Max(silo => silo.Rss) / 1048576.0:N0} MiB resident, {collected.Silos.Max(silo => silo.Heap) / 1048576.0:N0} MiB heap");
    }

    /// <summary>Due once a year.</summary>
    private static JobDefinition Definition(string name) => new()
    {
        Name = JobName.Parse(name),
        Handler = "noop",
        Schedules = [new ScheduleSpec { Expression = "30 3 1 1 *" }],
    };
}
