using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.School;

/// <summary>Daily at 3:00: gives students and courses the code that they should have had from the start.</summary>
internal sealed class FixEmptyCodesJob(SampleDatabase database) : IJob
{
    public const string Name = nameof(FixEmptyCodesJob);

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var students = await context.StepAsync("students", token => FixAsync(session, context, "student", token));
        var courses = await context.StepAsync("courses", token => FixAsync(session, context, "course", token));
        context.SetResult(students + courses);
    }

    private static Task<int> FixAsync(Session session, JobContext context, string kind, CancellationToken cancellationToken) =>
        Batches.UntilDoneAsync(
            context,
            $"{kind} codes generated",
            () => session.Command($"School/Sql/fix-{kind}-codes").With("limit", 500).ExecuteAsync(cancellationToken),
            cancellationToken);
}
