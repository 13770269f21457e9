namespace Silos.Samples.School;

/// <summary>The learning platform that the school syncs with, page by page.</summary>
internal interface ICanvas
{
    /// <summary>Reads students, from a page of 0 on; empty after the last.</summary>
    Task<IReadOnlyList<CanvasStudent>> StudentsAsync(int page, int size, CancellationToken cancellationToken);

    /// <summary>Reads courses.</summary>
    Task<IReadOnlyList<CanvasCourse>> CoursesAsync(int page, int size, CancellationToken cancellationToken);

    /// <summary>Reads who is in which course.</summary>
    Task<IReadOnlyList<CanvasEnrollment>> EnrollmentsAsync(int page, int size, CancellationToken cancellationToken);
}

/// <summary>A student there.</summary>
internal sealed record CanvasStudent(string Id, string Name, string Email);

/// <summary>A course there.</summary>
internal sealed record CanvasCourse(string Id, string Name);

/// <summary>A student in a course there.</summary>
internal sealed record CanvasEnrollment(string StudentId, string CourseId);
