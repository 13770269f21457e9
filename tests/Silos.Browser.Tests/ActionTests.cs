using System.Text.RegularExpressions;
using Silos.Browser.Tests.Support;

namespace Silos.Browser.Tests;

/// <summary>Everything that one can do on a page.</summary>
public sealed class ActionTests(Dashboard dashboard)
{
    [Fact]
    public async Task A_job_is_triggered_with_another_payload()
    {
        await using var visit = await dashboard.OpenAsync("/jobs/import-prices");
        await visit.Link("Trigger…").ClickAsync();

        var editor = visit.Page.GetByLabel("Payload");
        await Expect(editor).ToHaveValueAsync(new Regex("missing.csv"));
        await editor.FillAsync("""{"operation": """);
        await visit.Button("Trigger").ClickAsync();
        Assert.NotEqual(string.Empty, await editor.EvaluateAsync<string>("field => field.validationMessage"));
        await editor.FillAsync("""{ "operation": "aggregate", "source": "also-missing.csv", "target": "t.csv", "groupBy": ["a"], "sum": ["b"] }""");
        await visit.Button("Trigger").ClickAsync();

        await Expect(visit.Page).ToHaveURLAsync(new Regex("/runs/[0-9a-f-]{36}$"));
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("Triggered 'import-prices'");
        await Expect(visit.Get("pre[aria-label=Payload]")).ToContainTextAsync("also-missing.csv");

        // The page follows the run to its end without being loaded again.
        await Expect(visit.Get("#title .badge").First).ToHaveTextAsync(new Regex("failed|dead"));
        await Expect(visit.Get("#error .error-message")).ToContainTextAsync("also-missing.csv");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_trigger_that_is_refused_says_why_and_what_was_written_is_not_lost()
    {
        await using var visit = await dashboard.OpenAsync("/jobs/long-export/trigger");
        await visit.Page.GetByLabel("Payload").FillAsync("""{ "command": "sleep", "arguments": ["12345"] }""");
        await visit.Button("Trigger").ClickAsync();

        await Expect(visit.Get("[role=alert]")).ToContainTextAsync("already running");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/jobs/long-export/trigger$"));
        await Expect(visit.Page.GetByLabel("Payload")).ToHaveValueAsync("""{ "command": "sleep", "arguments": ["12345"] }""");
        await visit.KeepAsync("refused-light");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_is_paused_with_a_reason_and_resumed(bool script)
    {
        await using var visit = await dashboard.OpenAsync("/jobs/nightly-report", script: script);
        await visit.Get("summary", "Pause…").ClickAsync();
        await visit.Page.GetByLabel("Reason").FillAsync("month end");
        await visit.Button("Pause job").ClickAsync();

        await Expect(visit.Get("#title")).ToContainTextAsync("paused");
        await Expect(visit.Get("#title")).ToContainTextAsync("month end");
        await Expect(visit.Get("#schedule")).ToContainTextAsync("job_paused");

        await visit.Button("Resume").ClickAsync();
        await Expect(visit.Get("#title")).Not.ToContainTextAsync("paused");
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("goes on");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_is_put_again_shows_what_changed(bool script)
    {
        var job = script ? "put-again" : "put-again-without-script";
        await dashboard.PutAsync(job, new { handler = "example_heartbeat", schedule = "@daily" });
        await using var visit = await dashboard.OpenAsync($"/jobs/{job}", script: script);
        await Expect(visit.Get("#changes")).ToContainTextAsync("Registered once, never changed");

        for (var i = 1; i <= 25; i++)
        {
            await dashboard.PutAsync(job, new { handler = "example_heartbeat", schedule = $"{i} 3 * * *" });
        }

        await visit.GoAsync($"/jobs/{job}");
        await Expect(visit.Get("#changes .changes > li")).ToHaveCountAsync(5);
        var latest = visit.Get("#changes .changes > li").First;
        await Expect(latest).ToContainTextAsync("by local from api");
        await Expect(latest.Locator("dt")).ToHaveTextAsync("schedules");
        await Expect(latest.Locator("del")).ToContainTextAsync("24 3 * * *");
        await Expect(latest.Locator("ins")).ToContainTextAsync("25 3 * * *");

        await visit.Link("all changes").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex($"/jobs/{job}/changes$"));
        await Expect(visit.Get(".changes > li")).ToHaveCountAsync(20);
        await visit.Link("Next page").ClickAsync();
        await Expect(visit.Get(".changes > li")).ToHaveCountAsync(6);
        await Expect(visit.Get(".changes > li").Last).ToContainTextAsync("Registered");
        await visit.Link("First page").ClickAsync();
        await Expect(visit.Get(".changes > li").First).ToContainTextAsync("25 3 * * *");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_job_is_paused_and_resumed_from_the_list()
    {
        await using var visit = await dashboard.OpenAsync("/jobs?search=take");
        await visit.Button("Pause take payments").ClickAsync();
        await Expect(visit.Button("Resume take payments")).ToBeVisibleAsync();
        await visit.Button("Resume take payments").ClickAsync();
        await Expect(visit.Button("Pause take payments")).ToBeVisibleAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"/jobs\?search=take$"));
    }

    [Fact]
    public async Task Jobs_are_found_by_name_state_queue_and_tag()
    {
        await using var visit = await dashboard.OpenAsync("/jobs");
        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("REPORT");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Get("table.jobs tbody tr")).ToHaveCountAsync(1);
        await Expect(visit.Link("nightly-report")).ToBeVisibleAsync();

        await visit.Link("finance").ClickAsync();
        await Expect(visit.Get("table.jobs tbody tr")).ToHaveCountAsync(2);
        await visit.GoAsync("/jobs?state=disabled");
        await Expect(visit.Get("table.jobs tbody tr")).ToHaveCountAsync(1);
        await Expect(visit.Link("switched-off")).ToBeVisibleAsync();
        await visit.GoAsync("/jobs");
        await visit.Page.GetByLabel("Queue").SelectOptionAsync("mail");
        await visit.Button("Search").ClickAsync();
        await Expect(visit.Get("table.jobs tbody tr")).ToHaveCountAsync(1);
        await Expect(visit.Link("send-mail")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_backfill_is_counted_first_and_then_made()
    {
        await using var visit = await dashboard.OpenAsync("/jobs/nightly-report");
        await visit.Link("Backfill…").ClickAsync();
        await visit.Page.GetByLabel("From (UTC)").FillAsync("2026-03-01T00:00:01");
        await visit.Page.GetByLabel("To (UTC)").FillAsync("2026-03-03T12:00:01");
        await visit.Button("Count").ClickAsync();

        await Expect(visit.Get("[role=status]")).ToContainTextAsync("3 due instants would become runs");
        await visit.Button("Make 3 runs").ClickAsync();

        await Expect(visit.Page).ToHaveURLAsync(new Regex("/jobs/nightly-report$"));
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("Made 3 runs");
        await Expect(visit.Get("#runs tbody tr").Nth(2)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_run_that_waits_tells_why_and_is_cancelled_with_a_reason()
    {
        var id = (string)(await dashboard.PostAsync("/api/runs", new { handler = "example_heartbeat", queue = "mail" }))!["id"]!;
        await using var visit = await dashboard.OpenAsync($"/runs/{id}");
        await Expect(visit.Get("#why")).ToContainTextAsync("queue_paused");

        await visit.Get("summary", "Cancel…").ClickAsync();
        await visit.Page.GetByLabel("Reason").FillAsync("asked for by mistake");
        await visit.Button("Cancel run").ClickAsync();

        await Expect(visit.Get("#title .badge").First).ToHaveTextAsync("cancelled");
        await Expect(visit.Get("main")).ToContainTextAsync("asked for by mistake");
    }

    [Fact]
    public async Task A_failed_run_is_retried()
    {
        await using var visit = await dashboard.OpenAsync($"/runs/{dashboard.Failed}");
        await visit.Button("Retry").ClickAsync();

        await Expect(visit.Page).Not.ToHaveURLAsync(new Regex(dashboard.Failed));
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("Running again");
    }

    [Fact]
    public async Task Steps_attempts_and_log_of_a_run_are_shown()
    {
        await using var visit = await dashboard.OpenAsync($"/runs/{dashboard.Stubborn}");

        await Expect(visit.Get("#title .badge").First).ToHaveTextAsync("completed");
        await Expect(visit.Get("#timeline tbody tr")).ToHaveCountAsync(3);
        await Expect(visit.Get("#steps li")).ToHaveCountAsync(2);
        await Expect(visit.Get("#log")).ToContainTextAsync("Paid order");
        await Expect(visit.Get("#result")).ToContainTextAsync("attempts");
    }

    [Fact]
    public async Task Runs_are_found_and_paged()
    {
        await using var visit = await dashboard.OpenAsync("/runs");
        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("job:import-prices state:failed,dead");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Get("tbody tr").First).ToContainTextAsync("import-prices");

        await dashboard.PostAsync("/api/runs/batch", new
        {
            runs = Enumerable.Range(0, 55).Select(_ => new { handler = "example_heartbeat", tags = new[] { "paged" } }),
        });
        await visit.GoAsync("/runs?q=tag:paged");
        await Expect(visit.Get("tbody tr")).ToHaveCountAsync(50);
        await visit.Link("Next page").ClickAsync();
        await Expect(visit.Get("tbody tr")).ToHaveCountAsync(5);
        await visit.Link("First page").ClickAsync();
        await Expect(visit.Get("tbody tr")).ToHaveCountAsync(50);
    }

    [Fact]
    public async Task A_queue_is_paused_limited_and_resumed()
    {
        await dashboard.PostAsync("/api/runs", new { handler = "example_heartbeat", queue = "reports", delay = "1h" });
        await using var visit = await dashboard.OpenAsync("/queues");
        var row = visit.Get("tbody tr").Filter(new() { HasText = "reports" });
        await row.Locator("summary", new() { HasText = "Pause…" }).ClickAsync();
        await row.GetByLabel("Reason").FillAsync("quarter end");
        await row.GetByText("Pause queue").ClickAsync();
        await Expect(row).ToContainTextAsync("quarter end");

        await row.Locator("summary", new() { HasText = "Limits…" }).ClickAsync();
        await row.GetByLabel("At once").FillAsync("three");
        await row.GetByText("Set limits").ClickAsync();
        await Expect(visit.Get("[role=alert]")).ToContainTextAsync("must be a whole number");
        await Expect(row.GetByLabel("At once")).ToHaveValueAsync("three");
        await row.GetByLabel("At once").FillAsync("3");
        await row.GetByText("Set limits").ClickAsync();
        await Expect(row).ToContainTextAsync("3 at once");

        await row.GetByText("Resume").ClickAsync();
        await Expect(row).Not.ToContainTextAsync("quarter end");
    }

    [Fact]
    public async Task The_theme_is_switched_and_remembered()
    {
        foreach (var script in new[] { true, false })
        {
            await using var visit = await dashboard.OpenAsync("/", script: script);
            await Expect(visit.Get("html")).Not.ToHaveAttributeAsync("data-theme", "dark");
            await visit.Get("[data-theme-button]").ClickAsync();
            await Expect(visit.Get("html")).ToHaveAttributeAsync("data-theme", "dark");
            await visit.GoAsync("/jobs");
            await Expect(visit.Get("html")).ToHaveAttributeAsync("data-theme", "dark");
        }
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var visit = await dashboard.OpenAsync("/");
        await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(visit.Link("Skip to the content")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Get("main")).ToBeFocusedAsync();

        await visit.GoAsync("/jobs/nightly-report");
        await visit.Get("summary", "Pause…").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.GetByLabel("Reason")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Get("summary", "Pause…")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_page_refreshes_itself_when_something_happens()
    {
        await using var visit = await dashboard.OpenAsync("/runs?q=tag:news");
        await Expect(visit.Get("[data-live-dot]")).ToHaveTextAsync("live");
        await Expect(visit.Get("main")).ToContainTextAsync("No run matches");

        await dashboard.PostAsync("/api/runs", new { handler = "example_heartbeat", tags = new[] { "news" } });

        await Expect(visit.Get("tbody tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_form_of_another_site_does_nothing()
    {
        using var form = new FormUrlEncodedContent([new("reason", "mischief")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs/heartbeat/pause") { Content = form };
        request.Headers.Add("Origin", "https://elsewhere.example");
        using var response = await dashboard.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(403, (int)response.StatusCode);
        Assert.Null((await dashboard.GetAsync("/api/jobs/heartbeat"))["pause"]);
    }
}
