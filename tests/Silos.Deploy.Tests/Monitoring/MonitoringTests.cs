using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Silos.Deploy.Tests.Support;
using Silos.Engine;
using Silos.Hosting;
using Silos.Queues;
using Silos.Runs;
using Silos.Standalone;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Deploy.Tests.Monitoring;

/// <summary>The alert rules and the dashboard, against the real <c>/metrics</c> and Prometheus' own tool.</summary>
public sealed partial class MonitoringTests
{
    private const string Rules = "deploy/prometheus/silos.rules.yml";
    private const string Dashboard = "deploy/grafana/silos.json";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_metric_that_rules_and_dashboard_use_is_one_that_a_process_tells()
    {
        var told = Told().Matches(await MetricsAsync()).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.True(told.Count > 20, string.Join('\n', told));
        var used = Used(Repository.Read(Rules)).Concat(Used(Repository.Read(Dashboard))).ToHashSet();
        Assert.True(used.Count > 20, string.Join('\n', used));
        Assert.Empty(used.Except(told));

        // What nobody looks at in the dashboard need not be told.
        Assert.Empty(told.Where(name => name.StartsWith("silos_", StringComparison.Ordinal)).Except(Used(Repository.Read(Dashboard))));
    }

    /// <summary>A query by a label that nobody has is no error to Prometheus: the alert is silent, and the panel is empty.</summary>
    [Fact]
    public async Task Every_label_that_rules_and_dashboard_use_is_one_that_its_metric_has()
    {
        // Prometheus adds these itself.
        string[] scraped = ["job", "instance"];
        var wanted = MetricLabels.Wanted(Repository.Read(Rules)).Concat(MetricLabels.Wanted(Repository.Read(Dashboard)))
            .Where(want => !scraped.Contains(want.Label)).Distinct().ToList();
        Assert.True(wanted.Count > 12, string.Join('\n', wanted));
        using var folder = new TemporaryFolder();
        var clock = new ManualTimeProvider();
        await using var app = Host(folder, builder =>
        {
            builder.Services.AddKeyedSingleton<TimeProvider>(SilosClock.Key, clock);
            builder.Services.AddSilos(silos => silos
                .AddHandler("quick", (_, _) => Task.CompletedTask)
                .AddJob("slow", (context, token) => Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, token), job => job.Cron("* * * * * *")));
        });
        await app.StartAsync(Token);
        var client = app.Services.GetRequiredService<ISilosClient>();
        await client.WaitAsync(TenantId.Default, (await client.EnqueueAsync(new RunRequest { Handler = "quick" }, Token)).Id, Token);

        // The queue gets another owner behind the back of this one, which learns of it when it writes.
        await app.Services.GetRequiredService<ISilosStore>().Runs.OpenPartitionAsync(
            Partitions.Of("default", "default"), "other", clock.Now(), clock.Now(), exclusive: true, Token);
        var refused = client.EnqueueAsync(new RunRequest { Handler = "quick" }, Token);

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var missing = wanted;
        for (var second = 0; second < 300 && missing.Count > 0; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
            var told = MetricLabels.Told(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token));
            missing = wanted.FindAll(want => !told[want.Metric].Contains(want.Label));
        }

        Assert.Empty(missing);

        // It stops by the same clock.
        var over = Task.WhenAll(app.StopAsync(Token), Record.ExceptionAsync(() => refused).AsTask());
        while (!over.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        await over;
    }

    [Fact]
    public async Task Promtool_finds_the_rules_right_and_their_tests_pass()
    {
        var folder = Repository.At("deploy/prometheus");
        await Command.OutputAsync(folder, "promtool", "check", "rules", "silos.rules.yml");
        await Command.OutputAsync(folder, "promtool", "test", "rules", "silos.rules.test.yml");
    }

    [Fact]
    public void Every_alert_is_tested_and_says_what_it_is()
    {
        var alerts = Alert().Matches(Repository.Read(Rules)).Select(match => match.Groups[1].Value).ToList();
        var tests = Repository.Read("deploy/prometheus/silos.rules.test.yml");
        Assert.True(alerts.Count >= 10);
        Assert.All(alerts, alert => Assert.Contains(alert, tests, StringComparison.Ordinal));
        Assert.Equal(alerts.Count, Regex.Count(Repository.Read(Rules), @"^\s+summary: ", RegexOptions.Multiline));
    }

    [Fact]
    public void The_dashboard_asks_the_data_source_that_is_chosen_and_its_panels_do_not_overlap()
    {
        using var dashboard = JsonDocument.Parse(Repository.Read(Dashboard));
        var taken = new HashSet<(int, int)>();
        var ids = new HashSet<int>();
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            Assert.True(ids.Add(panel.GetProperty("id").GetInt32()));
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
            var place = panel.GetProperty("gridPos");
            var (x, y) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32());
            Assert.True(x + place.GetProperty("w").GetInt32() <= 24);
            for (var i = 0; i < place.GetProperty("w").GetInt32(); i++)
            {
                for (var j = 0; j < place.GetProperty("h").GetInt32(); j++)
                {
                    Assert.True(taken.Add((x + i, y + j)), panel.GetProperty("title").GetString());
                }
            }
        }
    }

    private static IEnumerable<string> Used(string text) => Name().Matches(text)
        .Select(match => match.Value)
        .Select(name => Regex.Replace(name, "_(bucket|sum|count)$", string.Empty));

    private static async Task<string> MetricsAsync()
    {
        using var folder = new TemporaryFolder();
        await using var app = Host(folder);
        await app.StartAsync(Token);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token);
        await app.StopAsync(Token);
        return text;
    }

    private static WebApplication Host(TemporaryFolder folder, Action<WebApplicationBuilder>? configure = null)
    {
        var arguments = new HostArguments { Store = "sqlite", Database = Path.Combine(folder.Path, "silos.db"), Urls = "http://127.0.0.1:0" };
        return StandaloneHost.Build(arguments, builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Silos:Examples"] = "false",
                ["Silos:DrainTimeout"] = "0s",
                ["Logging:LogLevel:Default"] = "None",
            });
            configure?.Invoke(builder);
        });
    }

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex Told();

    [GeneratedRegex(@"\bsilos_[a-z_]+\b")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s+- alert: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Alert();
}
