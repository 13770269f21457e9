using System.Net;
using Microsoft.AspNetCore.TestHost;
using Silos.Audit;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Dashboard.Parts;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>What somebody wrote into a form stands there again when it is refused, with the reason.</summary>
public sealed class RefusedFormTests : IAsyncLifetime
{
    private TestApi? _api;
    private Browser? _browser;

    private TestApi Api => _api!;

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync();
        _browser = new Browser(Api.App.GetTestClient());
        await Api.Client.SeedJobAsync("nightly", job => job with { Definition = job.Definition with { Payload = JsonText.Parse("""{"own":1}""") } });
    }

    public ValueTask DisposeAsync()
    {
        _browser!.Dispose();
        return Api.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"a": "changed"}""", HttpStatusCode.Conflict, "already running")]
    [InlineData("""{"a": """, HttpStatusCode.BadRequest, "payload")]
    public async Task A_trigger_that_is_refused_shows_the_payload_that_was_written(string payload, HttpStatusCode status, string why)
    {
        Api.Client.Busy.Add(JobName.Parse("nightly"));
        var page = await PostAsync("/jobs/nightly/trigger", "/jobs/nightly/trigger", ("payload", payload), ("overlap", "skip"), ("back", "/jobs/nightly/trigger"));
        Assert.Equal((status, "text/html"), (page.Status, page.ContentType));
        Assert.Contains($">{WebUtility.HtmlEncode(payload.Trim())}</textarea>", page.Text.Replace("&#x22;", "&quot;", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("<option value=\"skip\" selected", page.Text, StringComparison.Ordinal);
        Assert.Contains(why, page.Text, StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("&quot;own&quot;", page.Text, StringComparison.Ordinal);
        Assert.Empty(await Api.Store.Audit.ListAsync(new AuditQuery(TenantId.Default) { Limit = 10 }, ApiCaller.Cancelled));

        // The form that came back is as good as the first one.
        Api.Client.Busy.Clear();
        var again = await _browser!.PostAsync("/jobs/nightly/trigger", ("payload", """{"b":2}"""), ("__token", Browser.TokenOf(page)));
        Assert.Equal(HttpStatusCode.SeeOther, again.Status);
        Assert.Contains(Api.Client.Calls, call => call.Contains("""{"b":2}""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_the_store_away_the_payload_that_was_written_is_not_lost()
    {
        var token = Browser.TokenOf(await _browser!.GetAsync("/jobs/nightly/trigger"));
        Api.Client.Throws = new UnavailableException("away");
        Api.Client.FailsTriggers = true;
        var page = await _browser.PostAsync("/jobs/nightly/trigger", ("payload", "[12345]"), ("__token", token));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains(">[12345]</textarea>", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_too_long_to_be_edited_is_not_cut_into_the_field()
    {
        var text = new string('x', JsonView.Longest);
        await Api.Client.SeedJobAsync("large", job => job with { Definition = job.Definition with { Payload = JsonText.Parse($$"""{"text":"{{text}}"}""") } });
        var page = (await _browser!.GetAsync("/jobs/large/trigger")).Text;
        Assert.DoesNotContain("the API has the rest", page, StringComparison.Ordinal);
        Assert.Contains("></textarea>", page, StringComparison.Ordinal);
        Assert.Contains("100,011 characters, too many to be edited here", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_that_are_refused_stand_in_the_form_again()
    {
        var key = new QueueKey(TenantId.Default, QueueName.Parse("mail"));
        Api.Client.Queues = [new QueueView(key, null, QueueLimits.None with { MaxConcurrency = 7 }, new QueueDepth(key, 0, 0, 0, null))];
        var page = await PostAsync("/queues", "/queues/mail/limits", ("maxConcurrency", "three"), ("rate", "55"), ("weight", "2"), ("back", "/queues"));
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("name=\"maxConcurrency\" inputmode=\"numeric\" placeholder=\"no limit\" value=\"three\" class=\"bad\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"55\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("must be a whole number", page.Text, StringComparison.Ordinal);
        Assert.Contains("<details class=\"menu\" open", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-events", page.Text, StringComparison.Ordinal);
        Assert.Equal("/queues", Browser.FieldOf(page, "back"));
    }

    [Theory]
    [InlineData("from=2026-03-01T00:00:00&to=2026-03-09T00:00:00", "2026-03-01T00:00:00", "2026-03-09T00:00:00", "future")]
    [InlineData("from=2026-03-01T00:00:00&to=soon", "2026-03-01T00:00:00", "", "an instant with an offset")]
    public async Task A_backfill_that_is_refused_keeps_its_form(string query, string from, string to, string why)
    {
        var page = await _browser!.GetAsync($"/jobs/nightly/backfill?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Shows(page);

        var fields = query.Split('&').Select(field => field.Split('=')).Select(pair => (pair[0], pair[1])).ToArray();
        page = await PostAsync("/jobs/nightly/backfill", "/jobs/nightly/backfill", fields);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Shows(page);

        void Shows(Reply shown)
        {
            Assert.Contains($"name=\"from\" required step=\"1\" value=\"{from}\"", shown.Text, StringComparison.Ordinal);
            Assert.Equal(to.Length > 0, shown.Text.Contains($"name=\"to\" required step=\"1\" value=\"{to}", StringComparison.Ordinal));
            Assert.Contains(why, shown.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_audit_log_names_the_run_that_a_form_made()
    {
        var triggered = await PostAsync("/jobs/nightly/trigger", "/jobs/nightly/trigger", ("payload", "1"));
        var run = triggered.Response.Headers.Location!.ToString()["/runs/".Length..];
        await Api.Client.FinishAsync(RunId.Parse(run));
        var retried = await PostAsync("/runs", $"/runs/{run}/retry");
        var again = retried.Response.Headers.Location!.ToString()["/runs/".Length..];

        var entries = await Api.Store.Audit.ListAsync(new AuditQuery(TenantId.Default) { Limit = 10 }, ApiCaller.Cancelled);
        Assert.Contains(run, entries.Single(entry => entry.Action == "job.trigger").Detail!.Value.Text, StringComparison.Ordinal);
        Assert.Contains(again, entries.Single(entry => entry.Action == "run.retry").Detail!.Value.Text, StringComparison.Ordinal);
    }

    private async Task<Reply> PostAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var token = Browser.TokenOf(await _browser!.GetAsync(page));
        return await _browser.PostAsync(action, [.. fields, ("__token", token)]);
    }
}
