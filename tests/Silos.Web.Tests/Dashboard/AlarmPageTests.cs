using System.Net;
using System.Text.Encodings.Web;
using Silos.Alarms;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>What should have happened and has not, wherever people look.</summary>
public sealed class AlarmPageTests
{
    private const string Late = "Job 'nightly' was due at 2026-03-02T01:30:00Z and has not succeeded since; it should have within 1h.";

    [Fact]
    public async Task An_alarm_is_on_the_overview_at_its_job_in_the_lists_and_on_every_page()
    {
        await using var api = await TestApi.StartAsync();
        await SeedAsync(api);
        foreach (var path in new[] { "/", "/alarms", "/jobs/nightly" })
        {
            var page = (await api.GetAsync(path)).Text;
            Assert.Contains(HtmlEncoder.Default.Encode(Late), page, StringComparison.Ordinal);
            Assert.True(path == "/jobs/nightly" || page.Contains("href=\"/jobs/nightly\"", StringComparison.Ordinal), path);
        }

        Assert.Contains(">silent</span>", (await api.GetAsync("/jobs")).Text, StringComparison.Ordinal);
        Assert.Contains(">backlog</span>", (await api.GetAsync("/queues")).Text, StringComparison.Ordinal);
        Assert.Contains("Alarms: 2 are on", (await api.GetAsync("/runs")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(">silent</span>", (await api.GetAsync("/jobs/other")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_tells_those_that_are_on_or_also_those_that_are_over_and_how_each_was_told()
    {
        await using var api = await TestApi.StartAsync();
        await SeedAsync(api);
        var on = (await api.GetAsync("/alarms")).Text;
        Assert.Contains("2026-03-02T01:30:00.000Z", on, StringComparison.Ordinal);
        Assert.DoesNotContain("was slow", on, StringComparison.Ordinal);
        var all = (await api.GetAsync("/alarms?state=all")).Text;
        Assert.Contains("was slow", all, StringComparison.Ordinal);
        foreach (var told in new[] { ">delivered</a>", ">not delivered</a>", ">no longer known</span>", "begin by webhook", "begin by email" })
        {
            Assert.Contains(told, all, StringComparison.Ordinal);
        }

        var items = (await api.GetAsync("/api/alarms?state=all")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["silent", "backlog", "slow"], items.Select(item => item.GetProperty("kind").GetString()));
        Assert.Equal(
            ["delivered", "failed", "unknown"],
            items.SelectMany(item => item.GetProperty("messages").EnumerateArray()).Select(message => message.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task An_alarm_of_another_tenant_is_nobodys_business()
    {
        await using var api = await TestApi.StartAsync();
        await SaveAsync(api, new Alarm
        {
            Tenant = TenantId.Parse("acme"),
            Kind = AlarmKind.Silent,
            Job = JobName.Parse("theirs"),
            DueAt = TestApi.Noon,
            Since = TestApi.Noon,
            Text = "theirs is silent",
        });
        foreach (var path in new[] { "/", "/alarms?state=all", "/jobs" })
        {
            Assert.DoesNotContain("theirs", (await api.GetAsync(path)).Text, StringComparison.Ordinal);
        }

        Assert.Contains("Alarms: none is on", (await api.GetAsync("/runs")).Text, StringComparison.Ordinal);
        var there = await api.SendAsync(HttpMethod.Get, "/alarms", null, change: r => r.Headers.TryAddWithoutValidation("X-Team-ID", "acme"));
        Assert.Contains("theirs is silent", there.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_store_away_pages_say_so_and_do_not_wait_for_alarms()
    {
        await using var api = await TestApi.StartAsync();
        api.Health.Now = api.Health.Now with { StoreReachable = false };
        api.Store.Kill();
        var page = await api.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("store away", page.Text, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Alarms\"", page.Text, StringComparison.Ordinal);
    }

    private static async Task SeedAsync(TestApi api)
    {
        await api.Client.SeedJobAsync("nightly");
        await api.Client.SeedJobAsync("other");
        var mail = new QueueKey(TenantId.Default, QueueName.Parse("mail"));
        api.Client.Queues = [new QueueView(mail, null, QueueLimits.None, new QueueDepth(mail, 5, 0, 0, TestApi.Noon.AddHours(-3)))];
        var delivered = await api.Client.SeedAsync(RunState.Completed);
        var failed = await api.Client.SeedAsync(RunState.Dead);
        await SaveAsync(api, new Alarm
        {
            Tenant = TenantId.Default,
            Kind = AlarmKind.Silent,
            Job = JobName.Parse("nightly"),
            DueAt = new DateTimeOffset(2026, 3, 2, 1, 30, 0, TimeSpan.Zero),
            Since = TestApi.Noon.AddMinutes(-5),
            Text = Late,
            Messages = [new AlarmMessage("webhook", delivered, IsEnd: false), new AlarmMessage("email", failed, IsEnd: false)],
        });
        await SaveAsync(api, new Alarm
        {
            Tenant = TenantId.Default,
            Kind = AlarmKind.Backlog,
            Queue = QueueName.Parse("mail"),
            DueAt = TestApi.Noon.AddHours(-3),
            Since = TestApi.Noon.AddHours(-1),
            Text = "A run has waited in queue 'mail'.",
        });
        await SaveAsync(api, new Alarm
        {
            Tenant = TenantId.Default,
            Kind = AlarmKind.Slow,
            Job = JobName.Parse("other"),
            DueAt = TestApi.Noon.AddHours(-9),
            Since = TestApi.Noon.AddHours(-9),
            EndedAt = TestApi.Noon.AddHours(-8),
            Text = "A run of 'other' was slow.",
            Messages = [new AlarmMessage("webhook", RunId.New(TestApi.Noon.AddHours(-9)), IsEnd: false)],
        });
    }

    private static async Task SaveAsync(TestApi api, Alarm alarm) =>
        Assert.NotNull(await api.Store.Settings.TrySaveAsync(new Setting(Alarm.SettingKind, alarm.Key, JsonText.From(alarm)), ApiCaller.Cancelled));
}
