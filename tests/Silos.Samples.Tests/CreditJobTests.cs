using Silos.Samples.Credits;
using Silos.Samples.Tests.Support;
using Silos.Testing;

namespace Silos.Samples.Tests;

public sealed class CreditJobTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_is_topped_up_to_the_limit_of_the_tier_with_an_audit_row()
    {
        using var world = await SampleWorld.CreateAsync();

        var outcome = (await world.Run("Monthly Credit Top-Up").RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal("""{"month":"2026-01","users":250}""", outcome.Result?.Text);
        Assert.Equal(["tier free", "tier pro"], outcome.ExecutedSteps);
        Assert.Equal(["free|10|10", "pro|100|100"], world.Rows("select tier, min(free_credits), max(free_credits) from users group by tier"));
        Assert.Equal("250", Assert.Single(world.Rows("select count(distinct user_id) from credit_audit where month = '2026-01'")));
    }

    [Fact]
    public async Task Cancelled_between_two_tiers_a_retry_tops_up_the_rest()
    {
        using var world = await SampleWorld.CreateAsync();
        await using var runner = world.Run("Monthly Credit Top-Up").CancelAt(CancelMoment.AfterStep);
        var first = await runner.RunAsync(Cancelled);

        var second = await runner.RetryOf(first).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Cancelled, first.Status);
        Assert.Equal(["tier pro"], second.ExecutedSteps);
        Assert.Equal("250", Assert.Single(world.Rows("select count(*) from credit_audit")));
    }

    [Fact]
    public async Task Who_spends_within_the_month_is_not_topped_up_again_before_the_next()
    {
        using var world = await SampleWorld.CreateAsync();
        await using var runner = world.Run("Monthly Credit Top-Up");
        await runner.RunAsync(Cancelled);
        world.Execute("update users set free_credits = 0 where id = 1");

        await runner.RunAsync(Cancelled);
        Assert.Equal("0", Assert.Single(world.Rows("select free_credits from users where id = 1")));

        await runner.WithDueAt(SampleWorld.Noon.AddMonths(1)).RunAsync(Cancelled);
        Assert.Equal("10", Assert.Single(world.Rows("select free_credits from users where id = 1")));
    }

    [Fact]
    public async Task Stale_purchases_go_and_completed_ones_stay()
    {
        using var world = await SampleWorld.CreateAsync();

        var (first, second) = await world.Run("Stale Credit Purchase Cleanup").RunTwiceAsync(Cancelled);

        Assert.Equal("2", first.Result?.Text);
        Assert.Equal(JobRunStatus.Skipped, second.Status);
        Assert.Contains("Already processed", second.Result?.Text, StringComparison.Ordinal);
        Assert.Equal(["completed", "pending"], world.Rows("select status from credit_purchases order by id"));
    }

    [Fact]
    public async Task Orphaned_uploads_go_with_the_directories_that_they_leave_empty()
    {
        using var world = await SampleWorld.CreateAsync();
        var old = Upload(world, "2024/12/24/only.png", SampleWorld.Noon.AddDays(-1));
        var young = Upload(world, "2026/01/01/new.png", SampleWorld.Noon.AddMinutes(-5));

        var outcome = (await world.Run("Orphaned Uploads Cleanup").RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal("""{"files":2,"directories":3}""", outcome.Result?.Text);
        Assert.False(File.Exists(old));
        Assert.False(Directory.Exists(Path.Combine(world.Settings.Uploads, "2024")));
        Assert.True(File.Exists(young));
        Assert.True(File.Exists(Path.Combine(world.Settings.Uploads, "2025", "01", "31", "kept.png")));
    }

    [Fact]
    public async Task Cancelled_after_the_first_file_the_second_stays()
    {
        using var world = await SampleWorld.CreateAsync();
        Upload(world, "2024/12/24/1.png", SampleWorld.Noon.AddDays(-1));
        var second = Upload(world, "2024/12/24/2.png", SampleWorld.Noon.AddDays(-1));

        var outcome = await world.Run("Orphaned Uploads Cleanup").CancelAt(CancelMoment.AfterProgress).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Cancelled, outcome.Status);
        Assert.True(File.Exists(second));
    }

    [Fact]
    public async Task A_wildcard_in_a_files_name_finds_no_other_file()
    {
        using var world = await SampleWorld.CreateAsync();
        var orphan = Upload(world, "a_b.png", SampleWorld.Noon.AddDays(-1));
        world.Execute("insert into blocks (data) values ('/static/uploads/axb.png')");

        await world.Run("Orphaned Uploads Cleanup").RunAsync(Cancelled);

        Assert.False(File.Exists(orphan));
    }

    [Theory]
    [InlineData("""{"image":"/static/uploads/a.png"}""", true)]
    [InlineData("""{"image":"https://site.example/static/uploads/a.png"}""", true)]
    [InlineData("""{"image":"https://cdn.example/static/uploads/a.png"}""", false)]
    [InlineData("""{"image":"https://site.example.evil/static/uploads/a.png"}""", false)]
    [InlineData("![](static/uploads/a.png)", true)]
    [InlineData("/static/uploads/a.png.bak", false)]
    [InlineData("https://cdn.example/static/uploads/a.png and /static/uploads/a.png", true)]
    public void Links_to_this_site_are_references_and_links_elsewhere_are_not(string data, bool expected) =>
        Assert.Equal(expected, new UploadReferences("https://site.example").Refers(data, "a.png"));

    [Fact]
    public void Without_a_known_site_every_absolute_link_keeps_its_file() =>
        Assert.True(new UploadReferences(null).Refers("https://cdn.example/static/uploads/a.png", "a.png"));

    private static string Upload(SampleWorld world, string name, DateTimeOffset written)
    {
        var path = Path.Combine(world.Settings.Uploads, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, name);
        File.SetLastWriteTimeUtc(path, written.UtcDateTime);
        return path;
    }
}
