using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Benchmarks.Support;
using Silos.Engine;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Web;

namespace Silos.Benchmarks.Pages;

/// <summary>The dashboard over N finished runs in PostgreSQL: each page's time at the server, and what its queries' plans cost.</summary>
internal static partial class PagesFigure
{
    private const int Jobs = 200;
    private const int Requests = 20;
    private const string Small = "small";

    public static async Task RunAsync(Settings settings)
    {
        var n = settings.N ?? 1_000_000;
        settings = settings with { Store = "postgres" };
        await using var bench = await Bench.CreateAsync(settings);
        await bench.ExplainAsync();
        await bench.DescribeAsync();
        await using var app = Build(bench);
        await app.StartAsync();
        var client = app.Services.GetRequiredService<ISilosClient>();
        var run = await FillAsync(bench, client, n);

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var report = new Report(settings, n);
        var all = new List<double>();
        var pages = new JsonArray();
        foreach (var (path, tenant) in Paths(run).Select(path => (path, "default")).Append(("/runs", Small)).Append(("/runs?q=state%3Adead", Small)))
        {
            http.DefaultRequestHeaders.Remove("X-Team-ID");
            http.DefaultRequestHeaders.Add("X-Team-ID", tenant);
            var times = new List<double>();
            for (var i = 0; i < Requests; i++)
            {
                var from = Stopwatch.GetTimestamp();
                using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
                response.EnsureSuccessStatusCode();
                await response.Content.ReadAsByteArrayAsync();
                times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            }

            var plans = await bench.PlansAsync(async () => (await http.GetAsync(new Uri(path, UriKind.Relative))).EnsureSuccessStatusCode());
            var costs = Cost().Matches(plans).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
            var sorted = times.Order().ToList();
            var page = tenant == Small ? $"{path} of a small tenant" : path;
            Report.Say(
                $"{page,-46} p50 {sorted[Requests / 2],7:N1} ms  max {sorted[^1],7:N1} ms   {costs.Count,2} queries, the dearest plan costs {costs.DefaultIfEmpty().Max(),10:N0}");
            pages.Add(new JsonObject
            {
                ["page"] = page,
                ["p50"] = Math.Round(sorted[Requests / 2], 1),
                ["max"] = Math.Round(sorted[^1], 1),
                ["queries"] = costs.Count,
                ["cost"] = costs.DefaultIfEmpty().Max(),
            });
            all.AddRange(times);
        }

        report.Times(all);
        report.Add("pages", pages);
        report.Print();
    }

    private static string[] Paths(RunId run) =>
    [
        "/", "/?range=24h", "/jobs", "/jobs?search=job-1", "/jobs/job-001", "/jobs/job-001/trigger", "/jobs/job-001/backfill", "/runs", "/runs?q=state%3Adead",
        "/runs?q=job%3Ajob-001", "/runs?q=state%3Acancelled", "/runs?q=queue%3Amail+since%3A24h", "/runs?q=since%3A1m", "/runs?q=error~x+since%3A24h",
        "/runs?q=tag%3Ax", "/runs?q=nobody", "/runs?q=state%3Adead+nobody", "/runs?q=job%3Ajob-001+tag%3Ax", $"/runs/{run}",
        "/operations", "/operations/new?action=retry&q=job%3Ajob-001+state%3Adead", "/operations/new?action=retry&q=state%3Afailed%2Cdead", "/alarms", "/queues", "/silos", "/settings",
    ];

    private static WebApplication Build(Bench bench)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        bench.AddSilos(builder.Services, silos => silos.AddHandler("noop", (_, _) => Task.CompletedTask));

        // What is measured must not be deleted meanwhile.
        builder.Services.Configure<EngineOptions>(options => options.KeepCompleted = options.KeepFailed = TimeSpan.FromDays(365));
        builder.Services.AddSilosWeb(_ => { });
        var app = builder.Build();
        app.MapSilosWeb();
        return app;
    }

    private static async Task<RunId> FillAsync(Bench bench, ISilosClient client, int n)
    {
        Report.Say($"{Jobs} jobs, and a history of {n:N0} runs …");
        var definitions = Enumerable.Range(1, Jobs)
            .Select(i => new JobDefinition
            {
                Name = JobName.Parse($"job-{i:000}"),
                Handler = "noop",

                // None is due while the history is filled: its run would be one too many.
                Schedules = [new ScheduleSpec { Expression = $"{i % 60} {i % 24} {1 + (i % 28)} {1 + ((TimeProvider.System.GetUtcNow().Month + 5) % 12)} *" }],
            })
            .ToList();
        await client.ApplyAsync(TenantId.Default, definitions, "bench", prune: false, dryRun: false, CancellationToken.None);
        var run = await client.TriggerAndWaitAsync(new JobKey(TenantId.Default, JobName.Parse("job-001")), new TriggerOptions { By = "bench" }, CancellationToken.None);
        while (await bench.CountAsync("select count(*) from silos.run_tally") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }

        await bench.RunFileAsync("fill", n);
        await bench.RunFileAsync("small");
        await bench.RunFileAsync("ledger");
        await bench.RunFileAsync("tally");
        await bench.RunFileAsync("analyze");
        Checks.Equal(n + 1 + Math.Min(n + 1, 1_000), await bench.CountAsync("select count(*) from silos.run_history"), "rows in the history");
        return run.Id;
    }

    [GeneratedRegex(@"plan:\s+(?:Query Text:[\s\S]*?)?\(cost=[\d.]+\.\.([\d.]+) rows")]
    private static partial Regex Cost();
}
