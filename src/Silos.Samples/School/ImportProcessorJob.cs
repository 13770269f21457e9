using System.Text.Json;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.School;

/// <summary>Every five minutes: takes in the imports that wait. One that cannot be read is marked, reported and does not stop the others.</summary>
internal sealed class ImportProcessorJob(SampleDatabase database) : IJob
{
    public const string Name = nameof(ImportProcessorJob);

    private const int BatchSize = 50;

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var total = 0;
        while (await PendingAsync(session, cancellationToken) is { Count: > 0 } imports)
        {
            foreach (var (id, body) in imports)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await TakeInAsync(session, context, id, body, cancellationToken);
                total++;
            }

            await context.ReportProgressAsync(50, $"{total} imports processed");
        }

        await context.ReportProgressAsync(100, $"{total} imports processed");
        SampleLog.DoneWithFailures(context.Log, total, "imports processed", context.ItemErrors);
        context.SetResult(new BatchResult(total, context.ItemErrors));
    }

    private static Task<IReadOnlyList<(long Id, string Body)>> PendingAsync(Session session, CancellationToken cancellationToken) =>
        session.Command("School/Sql/find-pending-imports").With("limit", BatchSize)
            .QueryAsync(static row => (row.GetInt64(0), row.GetString(1)), cancellationToken);

    private static async Task TakeInAsync(Session session, JobContext context, long id, string body, CancellationToken cancellationToken)
    {
        try
        {
            var students = JsonSerializer.Deserialize<ImportedStudent[]>(body, JsonSerializerOptions.Web) ?? [];

            // The students and the mark in one transaction: an import is taken in wholly and once, whatever breaks in between.
            await session.InTransactionAsync(
                async () =>
                {
                    foreach (var student in students)
                    {
                        await session.Command("School/Sql/add-student").With("name", student.Name).With("email", student.Email)
                            .ExecuteAsync(cancellationToken);
                    }

                    return await FinishAsync(session, context, id, "done", null, cancellationToken);
                },
                cancellationToken);
        }
        catch (JsonException exception)
        {
            context.ItemFailed($"import {id}", exception);
            await FinishAsync(session, context, id, "failed", exception.Message, cancellationToken);
        }
    }

    private static Task<int> FinishAsync(
        Session session, JobContext context, long id, string status, string? error, CancellationToken cancellationToken) =>
        session.Command("School/Sql/finish-import").With("id", id).With("status", status).With("error", error)
            .With("at", context.Clock.Now()).ExecuteAsync(cancellationToken);

    private sealed record ImportedStudent(string Name, string Email);
}
