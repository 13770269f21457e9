using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Silos.Benchmarks.Support;
using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Benchmarks.Figures;

/// <summary>Idle: N registered jobs of which none is due; what a process that keeps them costs.</summary>
internal static class IdleFigure
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Settings settings)
    {
        var n = settings.N ?? 100_000;
        await using var bench = await Bench.CreateAsync(settings);
        await bench.DescribeAsync();
        using (var first = await StartAsync(bench))
        {
            var client = first.Services.GetRequiredService<ISilosClient>();
            var registering = Stopwatch.StartNew();
            foreach (var chunk in Enumerable.Range(0, n).Chunk(10_000))
            {
                await client.ApplyAsync(
                    TenantId.Default, [.. chunk.Select(Definition)], "bench", prune: false, dryRun: false, CancellationToken.None);
            }

            Report.Say($"Registered {n:N0} jobs in {registering.Elapsed.TotalSeconds:N1} s ({n / registering.Elapsed.TotalSeconds:N0}/s)");
            await first.StopAsync();
        }

        GC.Collect();
        using var trips = new RoundTrips();
        var starting = Stopwatch.StartNew();
        using var host = await StartAsync(bench);
        starting.Stop();
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, CancellationToken.None);

        var tripsBefore = trips.Count;
        var from = await bench.MeterAsync();
        await Task.Delay(Watched, TimeProvider.System, CancellationToken.None);
        var to = await bench.MeterAsync();
        var queries = (trips.Count - tripsBefore - 2) / Watched.TotalSeconds;
        var cpu = (to.Cpu - from.Cpu) / Watched * 100;

        GC.Collect();
        var report = new Report(settings, n);
        report.Rate(starting.Elapsed, n);
        Report.Say($"start-up {starting.Elapsed.TotalSeconds:N2} s; {cpu:N2} % of a core; {queries:N1} queries/s; heap {GC.GetTotalMemory(true) / 1048576.0:N0} MiB");
        report.Add("startup_seconds", Math.Round(starting.Elapsed.TotalSeconds, 3));
        report.Add("cpu_percent", Math.Round(cpu, 2));
        report.Add("queries_per_second", settings.Store == "postgres" ? Math.Round(queries, 2) : null);
        report.Add("heap_mib", Math.Round(GC.GetTotalMemory(false) / 1048576.0));
        await host.StopAsync();
        report.Print();
    }

    private static Task<Microsoft.Extensions.Hosting.IHost> StartAsync(Bench bench) =>
        bench.StartAsync(silos => silos.AddHandler("noop", (_, _) => Task.CompletedTask));

    private static JobDefinition Definition(int i) => new()
    {
        Name = JobName.Parse($"idle-{i:D6}"),
        Handler = "noop",
        Schedules = [new ScheduleSpec { Expression = "30 3 1 1 *" }],
    };
}
