namespace Silos.Samples.School;

/// <summary>A learning platform within the process: 240 students in 12 courses, always the same ones.</summary>
internal sealed class LocalCanvas : ICanvas
{
    private static readonly CanvasStudent[] Students =
        [.. Enumerable.Range(1, 240).Select(i => new CanvasStudent($"s{i}", $"Student {i}", $"student{i}@school.example"))];

    private static readonly CanvasCourse[] Courses = [.. Enumerable.Range(1, 12).Select(i => new CanvasCourse($"c{i}", $"Course {i}"))];

    private static readonly CanvasEnrollment[] Enrollments =
        [.. Students.SelectMany((student, i) => new[] { 0, 5 }.Select(shift => new CanvasEnrollment(student.Id, Courses[(i + shift) % Courses.Length].Id)))];

    public Task<IReadOnlyList<CanvasStudent>> StudentsAsync(int page, int size, CancellationToken cancellationToken) =>
        PageAsync(Students, page, size, cancellationToken);

    public Task<IReadOnlyList<CanvasCourse>> CoursesAsync(int page, int size, CancellationToken cancellationToken) =>
        PageAsync(Courses, page, size, cancellationToken);

    public Task<IReadOnlyList<CanvasEnrollment>> EnrollmentsAsync(int page, int size, CancellationToken cancellationToken) =>
        PageAsync(Enrollments, page, size, cancellationToken);

    private static Task<IReadOnlyList<T>> PageAsync<T>(T[] all, int page, int size, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<T>>([.. all.Skip(page * size).Take(size)]);
    }
}
