using System.Diagnostics;
using System.Globalization;
using Silos.Benchmarks.Support;
using Silos.Cluster.Benchmarks.Support;
using Silos.Jobs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos.Cluster.Benchmarks.Figures;

/// <summary>Storm: N jobs whose schedules are due at one instant; how late their handlers start.</summary>
internal static class StormFigure
{
    public static async Task RunAsync(BenchCluster cluster)
    {
        var report = cluster.NewReport();
        await MeasureAsync(cluster, cluster.N, report);
        report.Print();
    }

    /// <summary>Two storms: the first one warms the code up and does not count.</summary>
    public static async Task MeasureAsync(BenchCluster cluster, int n, Report report)
    {
        var clock = TimeProvider.System;
        await cluster.RecordAsync();
        foreach (var round in new[] { "warm-up", "measured" })
        {
            await cluster.RecordAsync();
            var before = await cluster.ExecutedAsync();
            var registering = Stopwatch.StartNew();
            var due = clock.Now().AddSeconds(30 + (n / 500));
            JobDefinition[] jobs = [.. Enumerable.Range(0, n).Select(i => new JobDefinition
            {
                Name = JobName.Parse($"storm-{round}-{i}"),
                Handler = "noop",
                Queue = cluster.Queues[i % cluster.Queues.Count],
                Payload = cluster.Payload,
                Schedules = [new ScheduleSpec { Expression = due.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) }],
            })];
            await cluster.Client.ApplyAsync(TenantId.Default, jobs, $"bench-{round}", prune: false, dryRun: false, CancellationToken.None);
            Report.Say($"{round}: registered {n:N0} jobs in {registering.Elapsed.TotalSeconds:N1} s; due at {due:HH:mm:ss}");
            if (clock.GetUtcNow() > due)
            {
                throw new InvalidOperationException("Registration took longer than the time until the jobs are due; use a smaller --n.");
            }

            await Task.Delay(due - clock.GetUtcNow(), clock);
            await cluster.ExecutedAsync(before + n);
            await cluster.IdleAsync();
            Checks.Equal(before + n, await cluster.ExecutedAsync(), "handler starts");
        }

        report.Add("slots", cluster.Settings.Slots);
        report.Times([.. (await cluster.StartsAsync()).Select(start => start.Late)]);
        await LedgerAsync(cluster, n);
    }

    private static async Task LedgerAsync(BenchCluster cluster, int n)
    {
        var ledger = 0;
        for (var i = 0; i < n; i++)
        {
            var key = new JobKey(TenantId.Default, JobName.Parse($"storm-measured-{i}"));
            ledger += (await cluster.Store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(key), CancellationToken.None)).Count(o => o.Verdict == Verdict.Enqueued);
        }

        Checks.Equal(n, ledger, "ledger rows 'enqueued'");
    }
}
