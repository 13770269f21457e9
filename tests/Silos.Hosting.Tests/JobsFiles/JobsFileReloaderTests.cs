namespace Silos.Hosting.Tests.JobsFiles;

public sealed class JobsFileReloaderTests : IDisposable
{
    private const string A = "jobs: [{name: a, handler: work}]";
    private const string AB = "jobs: [{name: a, handler: work, priority: 1}, {name: b, handler: work}]";

    private readonly JobsFileFixture _fixture = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_file_at_start_is_applied()
    {
        _fixture.Write(A);

        await _fixture.Reloader.LoadAsync(Cancelled);

        Assert.Equal(["a"], _fixture.Recorded.Jobs);
        Assert.Equal(
            ["Information Jobs file silos.yaml applied: 1 added, 0 changed, 0 removed, 0 unchanged", "Information Job added a"],
            _fixture.Log.Lines);
    }

    [Fact]
    public async Task A_wrong_file_at_start_refuses_the_start_with_line_and_field()
    {
        _fixture.Write("jobs:\n  - name: a\n    handler: wrok\n");

        var exception = await Assert.ThrowsAsync<StartupException>(() => _fixture.Reloader.LoadAsync(Cancelled));

        Assert.Equal("silos.yaml:3:14 jobs[0].handler: No handler registered for job: wrok (registered: work)", exception.Message);
        Assert.Equal(0, _fixture.Recorded.Applied);
    }

    [Fact]
    public async Task A_file_that_is_named_must_be_there()
    {
        using var fixture = new JobsFileFixture(new HostSettings { JobsFile = "mine.yaml" });

        var exception = await Assert.ThrowsAsync<StartupException>(() => fixture.Reloader.LoadAsync(Cancelled));

        Assert.Equal("The jobs file mine.yaml does not exist.", exception.Message);
    }

    [Fact]
    public async Task Two_files_at_start_are_one_too_many()
    {
        _fixture.Write(A);
        _fixture.Write(A, "silos.yml");

        var exception = await Assert.ThrowsAsync<StartupException>(() => _fixture.Reloader.LoadAsync(Cancelled));

        Assert.Equal("There are silos.yaml and silos.yml; keep one, or name the one you mean with --jobs.", exception.Message);
    }

    [Fact]
    public async Task An_edit_is_applied_with_a_logged_diff()
    {
        _fixture.Write("jobs: [{name: a, handler: work}, {name: old, handler: work}]");
        await _fixture.Reloader.LoadAsync(Cancelled);
        _fixture.Log.Clear();
        _fixture.Swap(AB);

        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Equal(["a", "b"], _fixture.Recorded.Jobs);
        Assert.Equal(
            [
                "Information Jobs file silos.yaml applied: 1 added, 1 changed, 1 removed, 0 unchanged",
                "Information Job added b",
                "Information Job changed a: priority: 0 → 1",
                "Information Job removed old",
            ],
            _fixture.Log.Lines);
    }

    [Fact]
    public async Task A_file_that_did_not_change_is_not_applied_again()
    {
        _fixture.Write(A);
        await _fixture.Reloader.LoadAsync(Cancelled);
        var applied = _fixture.Recorded.Applied;
        _fixture.Swap(A);

        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Equal(applied, _fixture.Recorded.Applied);
    }

    [Fact]
    public async Task A_wrong_edit_is_logged_with_line_and_field_and_changes_nothing()
    {
        _fixture.Write("schedules: {cron.x: '@daily'}\njobs: [{name: a, handler: work, schedule: cron.x}]");
        await _fixture.Reloader.LoadAsync(Cancelled);
        _fixture.Log.Clear();
        _fixture.Swap("schedules: {cron.x: '@hourly'}\njobs:\n  - name: a\n    handler: work\n    priority: high\n");

        await _fixture.Reloader.CheckAsync(Cancelled);
        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Equal(
            [
                "Error silos.yaml:5:15 jobs[0].priority: must be a whole number between -1000 and 1000, not text",
                "Error Jobs file silos.yaml was refused; the jobs stay as they were",
            ],
            _fixture.Log.Lines);
        Assert.Equal(["a"], _fixture.Recorded.Jobs);
        Assert.Equal("@daily", _fixture.Schedules.Current.NamedSchedules["cron.x"]);

        _fixture.Swap(AB);
        await _fixture.Reloader.CheckAsync(Cancelled);
        Assert.Equal(["a", "b"], _fixture.Recorded.Jobs);
    }

    [Fact]
    public async Task What_the_engine_refuses_changes_nothing_either()
    {
        _fixture.Write("schedules: {cron.x: '@daily'}\njobs: []");
        await _fixture.Reloader.LoadAsync(Cancelled);
        _fixture.Swap("schedules: {cron.x: '@hourly'}\njobs: [{name: a, handler: work}]");
        _fixture.Recorded.Failure = new InvalidException("jobs", null, "are too many");

        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Contains("Error silos.yaml:1:1 jobs: are too many", _fixture.Log.Lines);
        Assert.Equal("@daily", _fixture.Schedules.Current.NamedSchedules["cron.x"]);
    }

    [Fact]
    public async Task Named_schedules_and_calendars_of_the_file_can_be_referred_to()
    {
        _fixture.Write("schedules: {cron.x: '@daily'}\ncalendars: {off: {excluded: ['2026-12-25']}}\njobs: [{name: a, handler: work, schedule: {expression: cron.x, calendars: [off]}}]");

        await _fixture.Reloader.LoadAsync(Cancelled);

        Assert.Equal("@daily", _fixture.Schedules.Current.NamedSchedules["cron.x"]);
        Assert.True(_fixture.Schedules.Current.Calendars.ContainsKey("off"));
        Assert.False(_fixture.Schedules.Own.Calendars.ContainsKey("off"));
    }

    [Fact]
    public async Task A_named_schedule_that_changes_is_told_and_applied()
    {
        _fixture.Write("schedules: {cron.x: '@daily'}\njobs: [{name: a, handler: work, schedule: cron.x}]");
        await _fixture.Reloader.LoadAsync(Cancelled);
        _fixture.Swap("schedules: {cron.x: '@hourly'}\njobs: [{name: a, handler: work, schedule: cron.x}]");

        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Equal("@hourly", _fixture.Schedules.Current.NamedSchedules["cron.x"]);
        Assert.Contains("Information Named schedule changed cron.x: @daily → @hourly; the jobs that use it follow", _fixture.Log.Lines);
    }

    [Fact]
    public async Task A_file_that_is_deleted_leaves_its_jobs_with_a_warning()
    {
        _fixture.Write(A);
        await _fixture.Reloader.LoadAsync(Cancelled);
        _fixture.Log.Clear();
        _fixture.Delete();

        await _fixture.Reloader.CheckAsync(Cancelled);
        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Equal(
            ["Warning Jobs file silos.yaml is gone; its jobs stay as they were. Write 'jobs: []' to have none"], _fixture.Log.Lines);
        Assert.Equal(["a"], _fixture.Recorded.Jobs);
    }

    [Fact]
    public async Task A_file_that_is_emptied_leaves_its_jobs()
    {
        _fixture.Write(A);
        await _fixture.Reloader.LoadAsync(Cancelled);
        _fixture.Swap(string.Empty);

        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Equal(["a"], _fixture.Recorded.Jobs);
        Assert.Contains("Error silos.yaml:1:1 the file is empty; write 'jobs: []' if it shall have no jobs", _fixture.Log.Lines);
    }

    [Fact]
    public async Task A_file_that_says_no_jobs_removes_them()
    {
        _fixture.Write(A);
        await _fixture.Reloader.LoadAsync(Cancelled);
        _fixture.Swap("jobs: []");

        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Empty(_fixture.Recorded.Jobs);
    }

    [Fact]
    public async Task While_the_store_is_away_an_edit_waits_and_is_not_lost()
    {
        _fixture.Write(A);
        await _fixture.Reloader.LoadAsync(Cancelled);
        _fixture.Swap(AB);
        _fixture.Recorded.Failure = new UnavailableException("The store does not answer.");

        await _fixture.Reloader.CheckAsync(Cancelled);
        Assert.Equal(["a"], _fixture.Recorded.Jobs);
        Assert.Contains("Warning Jobs file silos.yaml will be applied later: The store does not answer.", _fixture.Log.Lines);

        await _fixture.Reloader.CheckAsync(Cancelled);
        Assert.Equal(["a", "b"], _fixture.Recorded.Jobs);
    }

    [Fact]
    public async Task A_job_that_the_environment_switches_off_is_registered_disabled()
    {
        using var fixture = new JobsFileFixture(null, ("ENABLE_A", "false"));
        fixture.Write(AB);

        await fixture.Reloader.LoadAsync(Cancelled);

        Assert.False(fixture.Recorded["a"].Enabled);
        Assert.True(fixture.Recorded["b"].Enabled);
        Assert.Contains("Information Job a is disabled by ENABLE_A=false", fixture.Log.Lines);
    }

    [Fact]
    public async Task Without_a_file_and_without_jobs_there_are_examples_until_a_file_comes()
    {
        await _fixture.Reloader.LoadAsync(Cancelled);
        Assert.Equal(["example-flaky", "example-heartbeat", "example-report"], _fixture.Recorded.Jobs);
        Assert.True(_fixture.Examples.Active);
        Assert.True(File.Exists(Path.Combine(_fixture.Path, "silos-example", "sales.csv")));

        _fixture.Write(A);
        await _fixture.Reloader.CheckAsync(Cancelled);

        Assert.Equal(["a"], _fixture.Recorded.Jobs);
        Assert.False(_fixture.Examples.Active);
    }

    [Fact]
    public async Task Where_there_are_other_jobs_there_are_no_examples()
    {
        _fixture.Recorded.Add("mine", "api");
        _fixture.Recorded.Add("example-old", "example");

        await _fixture.Reloader.LoadAsync(Cancelled);

        Assert.Equal(["mine"], _fixture.Recorded.Jobs);
    }

    [Fact]
    public async Task Examples_can_be_switched_off()
    {
        using var fixture = new JobsFileFixture(new HostSettings { Examples = false });

        await fixture.Reloader.LoadAsync(Cancelled);

        Assert.Empty(fixture.Recorded.Jobs);
    }
}
