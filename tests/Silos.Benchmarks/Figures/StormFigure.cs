using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Silos.Benchmarks.Support;
using Silos.Jobs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos.Benchmarks.Figures;

/// <summary>Storm: N jobs whose schedules are due at one instant; how late their handlers start.</summary>
internal static class StormFigure
{
    public static async Task RunAsync(Settings settings)
    {
        var n = settings.N ?? 10_000;
        await using var bench = await Bench.CreateAsync(settings);
        await bench.DescribeAsync();
        var late = new double[n];
        var started = 0;
        var clock = TimeProvider.System;
        using var host = await bench.StartAsync(silos => silos.AddHandler("noop", (context, _) =>
        {
            var at = Interlocked.Increment(ref started);
            late[(at - 1) % n] = (clock.GetUtcNow() - context.DueAt).TotalMilliseconds;
            return Task.CompletedTask;
        }));
        var client = host.Services.GetRequiredService<ISilosClient>();
        var store = host.Services.GetRequiredService<ISilosStore>();

        // Two storms: the first one warms the code up and does not count.
        foreach (var round in new[] { "warm-up", "measured" })
        {
            started = 0;
            var registering = Stopwatch.StartNew();
            var due = clock.Now().AddSeconds(15 + (n / 2_000));
            JobDefinition[] jobs = [.. Enumerable.Range(0, n).Select(i => new JobDefinition
            {
                Name = JobName.Parse($"storm-{round}-{i}"),
                Handler = "noop",
                Payload = JsonText.Trusted(bench.Payload),
                Schedules = [new ScheduleSpec { Expression = due.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture) }],
            })];
            await client.ApplyAsync(TenantId.Default, jobs, $"bench-{round}", prune: false, dryRun: false, CancellationToken.None);
            Report.Say($"{round}: registered {n:N0} jobs in {registering.Elapsed.TotalSeconds:N1} s; due at {due:HH:mm:ss}");
            if (clock.GetUtcNow() > due)
            {
                throw new InvalidOperationException("Registration took longer than the time until the jobs are due; use a smaller --n.");
            }

            var patience = Stopwatch.StartNew();
            while (Volatile.Read(ref started) < n && patience.Elapsed < TimeSpan.FromMinutes(3))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, CancellationToken.None);
            }

            Checks.Equal(n, started, "handler starts");
        }

        var report = new Report(settings, n);
        report.Add("slots", settings.Slots);
        report.Rate(TimeSpan.FromMilliseconds(late.Max()), n);
        report.Times(late);
        while ((await store.Reader.QueueDepthsAsync(TenantId.Default, CancellationToken.None)).Any(q => q.Queued + q.Running > 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, CancellationToken.None);
        }

        var ledger = 0;
        for (var i = 0; i < n; i++)
        {
            var key = new JobKey(TenantId.Default, JobName.Parse($"storm-measured-{i}"));
            ledger += (await store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(key), CancellationToken.None)).Count(o => o.Verdict == Verdict.Enqueued);
        }

        Checks.Equal(n, ledger, "ledger rows 'enqueued'");
        await host.StopAsync();
        report.Print();
    }
}
