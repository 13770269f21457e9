using System.Net;
using Silos.Jobs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>Who changed a job, on its page.</summary>
public sealed class ChangesPageTests
{
    private static readonly JobDefinition Report = new() { Name = JobName.Parse("report"), Handler = "noop", Schedules = ["@daily"] };

    [Fact]
    public async Task A_job_that_was_registered_once_says_so()
    {
        await using var api = await TestApi.StartAsync();
        await RegisterAsync(api, Report, "ann");
        foreach (var path in new[] { "/jobs/report", "/jobs/report/changes" })
        {
            var page = await ShownAsync(api, path);
            Assert.Contains("Registered once, never changed", page, StringComparison.Ordinal);
            Assert.Contains("by ann, from api", page, StringComparison.Ordinal);
            Assert.DoesNotContain("all changes", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_change_shows_who_made_it_and_what_was_before_and_after()
    {
        await using var api = await TestApi.StartAsync();
        await RegisterAsync(api, Report, "ann");
        await RegisterAsync(api, Report with { Schedules = ["@hourly"], Payload = JsonText.Parse("""{"password":"hush","a":"<b>"}""") }, "ben");
        await RegisterAsync(api, Report with { Schedules = ["@hourly"], Payload = JsonText.Parse("""{"password":"hush hush","a":"<b>"}""") }, "cid");
        foreach (var path in new[] { "/jobs/report", "/jobs/report/changes" })
        {
            var page = await ShownAsync(api, path);
            foreach (var expected in new[]
            {
                "by <b>cid</b>", "<code>payload.password</code>", "by <b>ben</b>", "<code>schedules</code>",
                """<del><span class="sr">was </span>[&quot;@daily&quot;]</del>""", """<ins><span class="sr">became </span>[&quot;@hourly&quot;]</ins>""",
                "by <b>ann</b>", "Registered.",
            })
            {
                Assert.Contains(expected, page, StringComparison.Ordinal);
            }

            Assert.DoesNotContain("hush", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>&quot;", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_version_without_a_history_wrote_is_said_to_be_unknown()
    {
        await using var api = await TestApi.StartAsync();
        var old = await api.Client.SeedJobAsync("report");
        Assert.Contains("Nobody has changed it since changes are recorded", await ShownAsync(api, "/jobs/report"), StringComparison.Ordinal);

        await RegisterAsync(api, Report, "ben");
        var page = await ShownAsync(api, "/jobs/report/changes");
        Assert.Contains("by <b>ben</b>", page, StringComparison.Ordinal);
        Assert.Contains("nobody knows who did", page, StringComparison.Ordinal);
        Assert.DoesNotContain("has been changed since", page, StringComparison.Ordinal);

        await api.Store.Jobs.TrySaveAsync(old with { Version = 2 }, null, TestApi.Cancelled);
        Assert.Contains("has been changed since", await ShownAsync(api, "/jobs/report"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_changes_are_shown_page_by_page()
    {
        await using var api = await TestApi.StartAsync();
        for (var i = 0; i <= DefinitionVersion.Kept; i++)
        {
            await RegisterAsync(api, Report with { Priority = i }, "ann");
        }

        Assert.Contains("""<a href="/jobs/report/changes">all changes</a>""", await ShownAsync(api, "/jobs/report"), StringComparison.Ordinal);
        var first = await ShownAsync(api, "/jobs/report/changes");
        Assert.Contains("/jobs/report/changes?before=32", first, StringComparison.Ordinal);
        Assert.Contains("<b>Version 51</b>", first, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>Version 31</b>", first, StringComparison.Ordinal);
        var last = await ShownAsync(api, "/jobs/report/changes?before=12");
        Assert.Contains("<b>Version 2</b>", last, StringComparison.Ordinal);
        Assert.Contains("the newest 50 definitions are kept", last, StringComparison.Ordinal);
        Assert.Contains("First page", last, StringComparison.Ordinal);
        Assert.DoesNotContain("Next page", last, StringComparison.Ordinal);
        Assert.Contains("There are no older ones", await ShownAsync(api, "/jobs/report/changes?before=2"), StringComparison.Ordinal);
    }

    private static Task<Job> RegisterAsync(TestApi api, JobDefinition definition, string by) =>
        api.Client.RegisterAsync(TenantId.Default, definition, "api", by, TestApi.Cancelled);

    private static async Task<string> ShownAsync(TestApi api, string path)
    {
        var page = await api.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return page.Text;
    }
}
