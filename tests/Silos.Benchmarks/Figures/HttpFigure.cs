using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Benchmarks.Support;
using Silos.Queues;
using Silos.Web;

namespace Silos.Benchmarks.Figures;

/// <summary>HTTP: enqueue one by one over keep-alive connections, against a server in a process of its own.</summary>
internal static class HttpFigure
{
    public const string Server = "serve-http";

    public static async Task RunAsync(Settings settings)
    {
        var n = settings.N ?? 100_000;
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        string[] arguments =
        [
            // Started as "dotnet Silos.Benchmarks.dll", the process is dotnet and has to be told the same again.
            .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? new[] { typeof(HttpFigure).Assembly.Location } : [],
            Server, "--store", settings.Store, "--payload", $"{settings.PayloadBytes}",
            .. settings.Connection is { } given ? new[] { "--connection", given } : [],
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var server = Process.Start(start)!;
        string? address = null;
        while (address is null && await server.StandardOutput.ReadLineAsync() is { } line)
        {
            address = line.StartsWith("listening ", StringComparison.Ordinal) ? line["listening ".Length..] : null;
            Report.Say($"server: {line}");
        }

        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = settings.Callers })
        {
            BaseAddress = new Uri(address ?? throw new InvalidOperationException("The server did not start.")),
        };
        var body = System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"handler":"noop","payload":{"text":"{{{new string('x', Math.Max(0, settings.PayloadBytes - 11))}}}"}}""");
        await PostAsync(http, body, settings.Callers, n / 10);
        var watch = Stopwatch.StartNew();
        await PostAsync(http, body, settings.Callers, n);
        watch.Stop();

        var report = new Report(settings, n);
        report.Rate(watch.Elapsed, n);
        server.StandardInput.Close();
        var rows = (await server.StandardOutput.ReadToEndAsync()).Trim().Split('\n')[^1];
        await server.WaitForExitAsync();
        Checks.Equal(n + (n / 10), long.Parse(rows, System.Globalization.CultureInfo.InvariantCulture), "rows in the store");
        report.Print();
    }

    public static async Task ServeAsync(Settings settings)
    {
        await using var bench = await Bench.CreateAsync(settings);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        bench.AddSilos(builder.Services, silos => silos.AddHandler("noop", (_, _) => Task.CompletedTask));
        builder.Services.AddSilosWeb(_ => { });
        await using var app = builder.Build();
        app.MapSilosWeb();
        await app.StartAsync();
        var client = app.Services.GetRequiredService<ISilosClient>();
        await client.PauseQueueAsync(new QueueKey(TenantId.Default, QueueName.Default), "bench", null, CancellationToken.None);
        Console.WriteLine($"listening {app.Urls.First()}");
        await Console.In.ReadToEndAsync();
        var reader = app.Services.GetRequiredService<Stores.ISilosStore>().Reader;
        Console.WriteLine(await reader.CountAsync(TenantId.Default, null, CancellationToken.None));
        await app.StopAsync();
    }

    private static Task PostAsync(HttpClient http, byte[] body, int callers, int n)
    {
        var left = n;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var response = await http.PostAsync("/api/runs", content);
                response.EnsureSuccessStatusCode();
            }
        })));
    }
}
