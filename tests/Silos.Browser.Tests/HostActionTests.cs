using Silos.Browser.Tests.Support;

namespace Silos.Browser.Tests;

/// <summary>What stops the whole host from working: on a host of its own, so that it stops no other test.</summary>
public sealed class HostActionTests
{
    [Fact]
    public async Task Everything_is_paused_and_resumed_and_a_process_drained()
    {
        var dashboard = new Dashboard();
        await dashboard.InitializeAsync();
        await using var _ = dashboard;
        await using var visit = await dashboard.OpenAsync("/settings");
        await visit.Get("summary", "Pause everything…").ClickAsync();
        await visit.Page.GetByLabel("Reason").FillAsync("the cellar is flooded");
        await visit.Button("Pause everything").ClickAsync();
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("is paused");
        await visit.GoAsync("/jobs/nightly-report");
        await Expect(visit.Get("#schedule")).ToContainTextAsync("the cellar is flooded");
        foreach (var page in new[] { "/", "/runs", "/settings" })
        {
            await visit.GoAsync(page);
            await Expect(visit.Get("#paused")).ToContainTextAsync("the cellar is flooded");
            await visit.KeepAsync($"paused-{page.Trim('/')}");
        }

        await visit.Button("Resume everything").ClickAsync();
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("goes on");

        await visit.GoAsync("/silos");
        await visit.Get("summary", "Drain…").ClickAsync();
        await visit.Page.GetByLabel("Reason").FillAsync("new kernel");
        await visit.Button("Drain").ClickAsync();
        await Expect(visit.Get("main")).ToContainTextAsync("new kernel");
        await Expect(visit.Get("main .badge.warn").First).ToHaveTextAsync("draining");
        await visit.Button("Resume").ClickAsync();
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("takes runs again");
        Assert.Empty(visit.Complaints);
    }
}
