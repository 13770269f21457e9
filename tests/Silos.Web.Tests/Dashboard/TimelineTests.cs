using Silos.Runs;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>The timeline of a run shows its attempts and its steps.</summary>
public sealed class TimelineTests
{
    [Fact]
    public async Task Steps_are_marks_where_each_was_through()
    {
        await using var api = await TestApi.StartAsync();
        var id = await api.Client.SeedAsync(RunState.Completed, "nightly");
        var details = (await api.Store.Reader.FindAsync(TenantId.Default, id, ApiCaller.Cancelled))!;
        RunStep Step(string name, string status, int ms) => new(name, status, null, null, 0, TestApi.Noon.AddMilliseconds(ms));

        var line = new Timeline(details with { Steps = [Step("charge", "completed", 750), Step("mail <b>", "failed", 1_500)] }, TestApi.Noon.AddMinutes(1));

        Assert.Single(line.Parts);
        Assert.Equal(["step-done", "step-failed"], line.Steps.Select(step => step.Class));
        Assert.Equal(["498", "996"], line.Steps.Select(step => step.X));
        Assert.Equal("Step charge: completed 750 ms after it was asked for", line.Steps[0].Title);
    }

    [Fact]
    public async Task A_run_under_way_has_places_for_what_its_end_will_show()
    {
        await using var api = await TestApi.StartAsync();
        var page = (await api.GetAsync($"/runs/{await api.Client.SeedAsync(RunState.Running, "nightly")}")).Text;
        Assert.Contains("<div data-live id=\"error\">", page, StringComparison.Ordinal);
        Assert.Contains("<div data-live id=\"cancelled\">", page, StringComparison.Ordinal);
    }
}
