using Microsoft.Extensions.DependencyInjection;
using Silos.Samples.School;
using Silos.Samples.Tests.Support;
using Silos.Testing;

namespace Silos.Samples.Tests;

public sealed class SchoolJobTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_that_cannot_be_read_is_reported_and_the_others_are_taken_in()
    {
        using var world = await SampleWorld.CreateAsync();

        var outcome = (await world.Run("ImportProcessorJob").RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal(["done", "done", "failed"], world.Rows("select status from import_data order by id"));
        Assert.Equal("import 3", Assert.Single(outcome.ItemErrors).Item);
        Assert.Contains(outcome.Log, line => line.Level == "warning" && line.Text.StartsWith("Item import 3 failed", StringComparison.Ordinal));
        Assert.Equal("5", Assert.Single(world.Rows("select count(*) from students")));
    }

    [Fact]
    public async Task A_sync_takes_over_students_courses_and_enrollments()
    {
        using var world = await SampleWorld.CreateAsync();

        var outcome = (await world.Run("CanvasSyncJob").RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal("""{"students":240,"courses":12,"enrollments":480,"dryRun":false}""", outcome.Result?.Text);
        Assert.Equal(["students", "courses", "enrollments"], outcome.ExecutedSteps);
        Assert.Equal("480", Assert.Single(world.Rows("select count(*) from enrollments")));
    }

    [Fact]
    public async Task A_dry_run_counts_the_same_and_writes_nothing()
    {
        using var world = await SampleWorld.CreateAsync();
        var before = world.Snapshot();
        await using var runner = JobRunner.ForRegistered(
            "CanvasSyncJob", silos => silos.AddSampleJobs(world.Settings with { CanvasDryRun = true, CanvasBatchSize = 7 }));

        var outcome = (await runner.RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal("""{"students":240,"courses":12,"enrollments":480,"dryRun":true}""", outcome.Result?.Text);
        Assert.Equal(before, world.Snapshot());
    }

    [Fact]
    public async Task A_sync_that_broke_goes_on_with_the_kind_where_it_broke()
    {
        using var world = await SampleWorld.CreateAsync();
        await using var runner = world.Run("CanvasSyncJob").CancelAt(CancelMoment.AfterStep, 2);
        var first = await runner.RunAsync(Cancelled);

        var second = await runner.RetryOf(first).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Cancelled, first.Status);
        Assert.Equal(["enrollments"], second.ExecutedSteps);
        Assert.Equal("""{"students":240,"courses":12,"enrollments":480,"dryRun":false}""", second.Result?.Text);
    }

    [Fact]
    public async Task A_platform_that_hangs_is_given_up_after_the_jobs_timeout()
    {
        using var world = await SampleWorld.CreateAsync();
        await using var runner = JobRunner.ForRegistered("CanvasSyncJob", silos =>
        {
            silos.Services.AddSingleton<ICanvas, HangingCanvas>();
            world.Register(silos);
        });

        var outcome = await runner.RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.TimedOut, outcome.Status);
        Assert.Equal(TimeSpan.FromMinutes(30), outcome.Elapsed);
    }

    [Fact]
    public async Task Only_temporary_files_older_than_seven_days_are_deleted()
    {
        using var world = await SampleWorld.CreateAsync();

        await world.Run("CleanupTempFilesJob").RunAsync(Cancelled);

        Assert.Equal(["plan.pdf", "scan-2.tmp"], world.Rows("select name from file_uploads order by name"));
    }

    [Fact]
    public async Task A_student_without_marks_does_not_cost_the_others_their_report_cards()
    {
        using var world = await SampleWorld.CreateAsync();

        var outcome = (await world.Run("ReportCardGeneratorJob").RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal("Emmy Amalie, autumn: average 9.0 of 2 marks", Assert.Single(world.Rows("select content from report_cards")));
        Assert.Equal("Kurt Friedrich has no marks in autumn.", Assert.Single(outcome.ItemErrors).Exception.Message);
    }

    [Fact]
    public async Task Codes_are_generated_where_they_are_missing_and_only_there()
    {
        using var world = await SampleWorld.CreateAsync();
        world.Execute("update students set code = 'OWN' where id = 1");

        await world.Run("FixEmptyCodesJob").RunAsync(Cancelled);

        Assert.Equal(["OWN", "S00002"], world.Rows("select code from students order by id"));
        Assert.Equal(["C00001", "C00002"], world.Rows("select code from courses order by id"));
    }

    private sealed class HangingCanvas : ICanvas
    {
        public Task<IReadOnlyList<CanvasStudent>> StudentsAsync(int page, int size, CancellationToken cancellationToken) =>
            HangAsync<CanvasStudent>(cancellationToken);

        public Task<IReadOnlyList<CanvasCourse>> CoursesAsync(int page, int size, CancellationToken cancellationToken) =>
            HangAsync<CanvasCourse>(cancellationToken);

        public Task<IReadOnlyList<CanvasEnrollment>> EnrollmentsAsync(int page, int size, CancellationToken cancellationToken) =>
            HangAsync<CanvasEnrollment>(cancellationToken);

        private static async Task<IReadOnlyList<T>> HangAsync<T>(CancellationToken cancellationToken)
        {
            await new TestGate().PassAsync(cancellationToken);
            return [];
        }
    }
}
