using Microsoft.Extensions.DependencyInjection;
using Silos.Benchmarks.Support;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Benchmarks.Figures;

/// <summary>Enqueue: every call is acknowledged after its commit. The queue is paused, so that nothing runs meanwhile.</summary>
internal static class EnqueueFigure
{
    public static async Task RunAsync(Settings settings, int perCall)
    {
        var n = settings.N ?? (perCall > 1 ? 1_000_000 : settings.Callers == 1 ? 50_000 : 500_000);
        await using var bench = await Bench.CreateAsync(settings);
        await bench.DescribeAsync();
        using var host = await bench.StartAsync(silos => silos.AddHandler("noop", (_, _) => Task.CompletedTask));
        var client = host.Services.GetRequiredService<ISilosClient>();
        await client.PauseQueueAsync(new QueueKey(TenantId.Default, QueueName.Default), "bench", null, CancellationToken.None);

        var request = new RunRequest { Handler = "noop", Payload = JsonText.Trusted(bench.Payload) };
        await EnqueueAsync(client, request, perCall, settings.Callers, Math.Max(n / 20, perCall * settings.Callers));

        var before = await CountAsync(host);
        using var trips = new RoundTrips();
        var from = await bench.MeterAsync();
        var tripsBefore = trips.Count;
        await EnqueueAsync(client, request, perCall, settings.Callers, n);
        var to = await bench.MeterAsync();

        var report = new Report(settings, n);
        report.Rate(Spent.Between(from, to), n);
        bench.Spend(report, from, to, n);
        report.Add("round_trips_per_run", Math.Round((trips.Count - tripsBefore) / (double)n, 4));
        Checks.Equal(before + n, await CountAsync(host), "rows in the store");
        await host.StopAsync();
        report.Print();
    }

    public static async Task EnqueueAsync(ISilosClient client, RunRequest request, int perCall, int callers, int n)
    {
        var left = n;
        RunRequest[] batch = [.. Enumerable.Repeat(request, perCall)];
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var mine = Math.Min(perCall, Interlocked.Add(ref left, -perCall) + perCall);
                if (mine <= 0)
                {
                    return;
                }

                if (perCall == 1)
                {
                    await client.EnqueueAsync(request, CancellationToken.None);
                }
                else
                {
                    await client.EnqueueManyAsync(mine == perCall ? batch : batch[..mine], CancellationToken.None);
                }
            }
        })));
    }

    private static async Task<long> CountAsync(Microsoft.Extensions.Hosting.IHost host) => await host.Services
        .GetRequiredService<ISilosStore>().Reader.CountAsync(TenantId.Default, null, CancellationToken.None);
}
