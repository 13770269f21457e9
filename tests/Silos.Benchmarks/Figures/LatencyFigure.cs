using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Silos.Benchmarks.Support;
using Silos.Runs;

namespace Silos.Benchmarks.Figures;

/// <summary>Latency: from the call of enqueue to the first line of the handler, ten times a second on an idle system.</summary>
internal static class LatencyFigure
{
    public static async Task RunAsync(Settings settings)
    {
        var n = settings.N ?? 200;
        await using var bench = await Bench.CreateAsync(settings);
        await bench.DescribeAsync();
        var started = new ConcurrentDictionary<RunId, TaskCompletionSource<long>>();
        using var host = await bench.StartAsync(silos => silos.AddHandler("noop", (context, _) =>
        {
            var now = Stopwatch.GetTimestamp();
            started.GetOrAdd(context.RunId, _ => new()).TrySetResult(now);
            return Task.CompletedTask;
        }));
        var client = host.Services.GetRequiredService<ISilosClient>();
        var times = new List<double>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        const int WarmUp = 20;
        for (var i = 0; i < n + WarmUp; i++)
        {
            await timer.WaitForNextTickAsync();
            var id = RunId.New(TimeProvider.System.Now());
            var asked = Stopwatch.GetTimestamp();
            await client.EnqueueAsync(
                new RunRequest { Handler = "noop", Id = id, Payload = JsonText.Trusted(bench.Payload) }, CancellationToken.None);
            var start = await started.GetOrAdd(id, _ => new()).Task.WaitAsync(TimeSpan.FromSeconds(30));
            if (i >= WarmUp)
            {
                times.Add(Stopwatch.GetElapsedTime(asked, start).TotalMilliseconds);
            }
        }

        var report = new Report(settings, n);
        report.Rate(TimeSpan.FromMilliseconds(times.Sum()), n);
        report.Times(times);
        await host.StopAsync();
        report.Print();
    }
}
