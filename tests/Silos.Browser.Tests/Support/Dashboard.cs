using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Silos.Browser.Tests.Support.Dashboard))]

namespace Silos.Browser.Tests.Support;

/// <summary>A real host as a process, with jobs and runs of every kind, and one Chromium for all tests. Which host is the other part's to say.</summary>
public sealed partial class Dashboard : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("silos-browser-");
    private HostProcess? _host;
    private IPlaywright? _playwright;

    internal IBrowser Browser { get; private set; } = null!;

    internal HttpClient Http => _host!.Http;

    internal Uri Address => _host!.Http.BaseAddress!;

    /// <summary>Gets the id of a run that failed.</summary>
    internal string Failed { get; private set; } = null!;

    /// <summary>Gets the id of a run that completed at its third attempt, with steps and a log.</summary>
    internal string Stubborn { get; private set; } = null!;

    /// <summary>Gets the id of a run that goes on for as long as the tests do.</summary>
    internal string Running { get; private set; } = null!;

    /// <summary>Gets the id of a run in a paused queue.</summary>
    internal string Waiting { get; private set; } = null!;

    /// <summary>Gets the id of an operation that is through.</summary>
    internal string Operation { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Support/silos.yaml"), Path.Combine(_folder.FullName, "silos.yaml"));
        var environment = new Dictionary<string, string>
        {
            ["Silos__Handlers__Command__Enabled"] = "true",
            ["Silos__Slots"] = "16",
            ["Silos__Alarms__Interval"] = "1s",

            // Nobody listens there: it is told as being tried.
            ["Silos__Alarms__Webhook__Url"] = "http://127.0.0.1:9/",
            ["Silos__Alarms__Webhook__Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            ["LOG_LEVEL"] = "warning",
        };
        var browser = StartBrowserAsync();
        _host = await StartHostAsync(_folder.FullName, environment);
        await SeedAsync();
        await browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await AfterHostAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Opens a window of its own, without cookies of others.</summary>
    internal async Task<Visit> OpenAsync(string path, Look? look = null, bool script = true)
    {
        look ??= Look.Light;
        var context = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(),
            ColorScheme = look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            TimezoneId = "America/New_York",
            Locale = "en-US",
            JavaScriptEnabled = script,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(20_000);
        Assertions.SetDefaultExpectTimeout(20_000);
        var visit = new Visit(context, await context.NewPageAsync());
        await visit.GoAsync(path);
        return visit;
    }

    /// <summary>Asks the API to do something.</summary>
    internal async Task<JsonNode?> PostAsync(string path, object? body = null)
    {
        using var response = await Http.PostAsJsonAsync(path, body ?? new { });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>Reads something from the API.</summary>
    internal async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Http.GetStringAsync(path))!;

    private async Task StartBrowserAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Browser = await Chromium.LaunchAsync(_playwright);
    }

    private async Task SeedAsync()
    {
        await PostAsync("/api/queues/mail/pause", new { reason = "the mail server is being moved" });
        Failed = await TriggerAsync("import-prices");
        Stubborn = await TriggerAsync("take payments");
        Running = await TriggerAsync("long-export");
        Waiting = await TriggerAsync("send-mail");
        await PostAsync("/api/jobs/sync-stock/pause", new { reason = "stock take" });
        await TriggerAsync("<b>odd & name<b>");
        foreach (var ended in new[] { Failed, Stubborn })
        {
            var run = await GetAsync($"/api/runs/{ended}?wait=30s");
            Assert.NotNull((string?)run["endedAt"]);
        }

        Operation = await OperateAsync();
        while ((await GetAsync("/api/alarms"))["items"]!.AsArray().Count == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<string> OperateAsync()
    {
        await PostAsync("/api/runs/batch", new { runs = Enumerable.Range(0, 240).Select(_ => new { handler = "example_heartbeat", delay = "1h", queue = "mail", tags = new[] { "newsletter" } }) });
        var id = (string)(await PostAsync(
            "/api/operations", new { action = "cancel", filter = new { tag = "newsletter", state = "scheduled" }, reason = "the newsletter had a mistake in it" }))!["id"]!;
        while ((string?)(await GetAsync($"/api/operations/{id}"))["state"] != "completed")
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        return id;
    }

    private async Task<string> TriggerAsync(string job) =>
        (string)(await PostAsync($"/api/jobs/{Uri.EscapeDataString(job)}/trigger"))!["id"]!;
}
