using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Silos.Benchmarks.Support;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Benchmarks.Figures;

/// <summary>Drain: N waiting no-op runs, from the moment their queue is resumed until the end of the last one is recorded.</summary>
internal static class DrainFigure
{
    public static async Task RunAsync(Settings settings)
    {
        var n = settings.N ?? 200_000;
        await using var bench = await Bench.CreateAsync(settings);
        await bench.DescribeAsync();
        var executed = 0L;
        using var host = await bench.StartAsync(silos => silos.AddHandler("noop", (_, _) =>
        {
            Interlocked.Increment(ref executed);
            return Task.CompletedTask;
        }));
        var client = host.Services.GetRequiredService<ISilosClient>();
        var reader = host.Services.GetRequiredService<ISilosStore>().Reader;
        var queue = new QueueKey(TenantId.Default, QueueName.Default);
        var request = new RunRequest
        {
            Handler = "noop",
            Payload = JsonText.Trusted(bench.Payload),
            DeleteOnSuccess = !settings.History,
        };

        Report.Say("Warming up …");
        await EnqueueFigure.EnqueueAsync(client, request, 1_000, 4, Math.Max(20_000, n / 10));
        await IdleAsync(reader);

        await client.PauseQueueAsync(queue, "bench", null, CancellationToken.None);
        await EnqueueFigure.EnqueueAsync(client, request, 1_000, 4, n);
        var before = Interlocked.Read(ref executed);

        using var trips = new RoundTrips();
        var tripsBefore = trips.Count;
        var from = await bench.MeterAsync();
        await client.ResumeQueueAsync(queue, "bench", CancellationToken.None);
        while (Interlocked.Read(ref executed) < before + n)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }

        var tripsUsed = trips.Count - tripsBefore;
        await IdleAsync(reader);
        var to = await bench.MeterAsync();

        var report = new Report(settings, n);
        report.Add("history", settings.History);
        report.Rate(Spent.Between(from, to), n);
        bench.Spend(report, from, to, n);
        report.Add("round_trips_per_run", Math.Round(tripsUsed / (double)n, 4));
        Checks.Equal(before + n, Interlocked.Read(ref executed), "handler calls");
        Checks.Equal(
            settings.History ? before + n : 0,
            await reader.CountAsync(TenantId.Default, null, CancellationToken.None),
            "runs in the history");
        await host.StopAsync();
        report.Print();
    }

    /// <summary>Waits until no run is unfinished; the question is cheap because finished runs are not looked at.</summary>
    private static async Task IdleAsync(IRunReader reader)
    {
        var patience = Stopwatch.StartNew();
        while ((await reader.QueueDepthsAsync(TenantId.Default, CancellationToken.None)).Any(q => q.Queued + q.Running + q.Scheduled > 0))
        {
            if (patience.Elapsed > TimeSpan.FromMinutes(5))
            {
                throw new TimeoutException("The queue did not become empty in five minutes.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }
    }
}
