using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.School;

/// <summary>Every hour: takes over students, courses and enrollments. Each kind is a step, so a retry goes on where the sync broke.</summary>
internal sealed class CanvasSyncJob(SampleDatabase database, ICanvas canvas, SampleSettings settings) : IJob
{
    public const string Name = nameof(CanvasSyncJob);

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var students = await context.StepAsync("students", token => SyncAsync(
            context, session, "students", canvas.StudentsAsync, Save, token));
        await context.ReportProgressAsync(33, "students");
        var courses = await context.StepAsync("courses", token => SyncAsync(
            context, session, "courses", canvas.CoursesAsync, Save, token));
        await context.ReportProgressAsync(66, "courses");
        var enrollments = await context.StepAsync("enrollments", token => SyncAsync(
            context, session, "enrollments", canvas.EnrollmentsAsync, Save, token));
        await context.ReportProgressAsync(100, settings.CanvasDryRun ? "dry run" : "in step with Canvas");
        context.SetResult(new Changes(students, courses, enrollments, settings.CanvasDryRun));
    }

    private static Statement Save(Session session, CanvasStudent student) => session.Command("School/Sql/save-canvas-student")
        .With("canvas", student.Id).With("name", student.Name).With("email", student.Email);

    private static Statement Save(Session session, CanvasCourse course) => session.Command("School/Sql/save-canvas-course")
        .With("canvas", course.Id).With("name", course.Name);

    private static Statement Save(Session session, CanvasEnrollment enrollment) => session.Command("School/Sql/save-canvas-enrollment")
        .With("student", enrollment.StudentId).With("course", enrollment.CourseId);

    private async Task<int> SyncAsync<T>(
        JobContext context,
        Session session,
        string what,
        Func<int, int, CancellationToken, Task<IReadOnlyList<T>>> read,
        Func<Session, T, Statement> save,
        CancellationToken cancellationToken)
    {
        var changed = 0;
        for (var page = 0; await read(page, settings.CanvasBatchSize, cancellationToken) is { Count: > 0 } records; page++)
        {
            async Task<int> SaveAllAsync()
            {
                var count = 0;
                foreach (var record in records)
                {
                    count += await save(session, record).ExecuteAsync(cancellationToken);
                }

                return count;
            }

            // A dry run does the same and undoes it, so its figures are those of the real run.
            changed += settings.CanvasDryRun
                ? await session.RehearseAsync(SaveAllAsync, cancellationToken)
                : await session.InTransactionAsync(SaveAllAsync, cancellationToken);
        }

        if (settings.CanvasDryRun)
        {
            SampleLog.WouldWrite(context.Log, changed, what);
        }
        else
        {
            SampleLog.Done(context.Log, changed, $"{what} changed");
        }

        return changed;
    }

    /// <summary>How many records changed, or would have.</summary>
    internal sealed record Changes(int Students, int Courses, int Enrollments, bool DryRun);
}
