namespace Silos.Samples.School;

/// <summary>The jobs of a school's information system: what its registry was, name and schedule together.</summary>
internal static class SchoolJobs
{
    public static ISilosBuilder AddSchoolJobs(this ISilosBuilder silos) => silos
        .AddJob<ImportProcessorJob>(ImportProcessorJob.Name, job => job
            .Cron("*/5 * * * *")
            .Describe("Takes in the imports that wait.")
            .Timeout(TimeSpan.FromMinutes(4))
            .Tag("school"))
        .AddJob<CanvasSyncJob>(CanvasSyncJob.Name, job => job
            .Cron("0 * * * *")
            .Describe("Takes over students, courses and enrollments from Canvas.")
            .Timeout(TimeSpan.FromMinutes(30))
            .Tag("school"))
        .AddJob<CleanupTempFilesJob>(CleanupTempFilesJob.Name, job => job
            .Cron("0 2 * * *")
            .Describe("Deletes temporary files older than seven days.")
            .Timeout(TimeSpan.FromMinutes(10))
            .Tag("school"))
        .AddJob<ReportCardGeneratorJob>(ReportCardGeneratorJob.Name, job => job
            .Cron("0 1 * * *")
            .Describe("Makes the report cards that were asked for.")
            .Timeout(TimeSpan.FromMinutes(30))
            .Tag("school"))
        .AddJob<FixEmptyCodesJob>(FixEmptyCodesJob.Name, job => job
            .Cron("0 3 * * *")
            .Describe("Generates codes for students and courses that lack one.")
            .Timeout(TimeSpan.FromMinutes(10))
            .Tag("school"));
}
