using System.Globalization;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.School;

/// <summary>Daily at 1:00: makes the report cards that were asked for. A student without marks is an item error, not a failed night.</summary>
internal sealed class ReportCardGeneratorJob(SampleDatabase database) : IJob
{
    public const string Name = nameof(ReportCardGeneratorJob);

    private const int BatchSize = 25;

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var total = 0;
        while (await PendingAsync(session, cancellationToken) is { Count: > 0 } requests)
        {
            foreach (var request in requests)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await MakeAsync(session, context, request, cancellationToken);
                total++;
            }

            await context.ReportProgressAsync(50, $"{total} requests processed");
        }

        await context.ReportProgressAsync(100, $"{total} requests processed");
        SampleLog.DoneWithFailures(context.Log, total, "report card requests processed", context.ItemErrors);
        context.SetResult(new BatchResult(total, context.ItemErrors));
    }

    private static Task<IReadOnlyList<Request>> PendingAsync(Session session, CancellationToken cancellationToken) =>
        session.Command("School/Sql/find-pending-report-cards").With("limit", BatchSize).QueryAsync(
            static row => new Request(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetDouble(3), row.GetInt32(4)),
            cancellationToken);

    private static async Task MakeAsync(Session session, JobContext context, Request request, CancellationToken cancellationToken)
    {
        if (request.Average is not { } average)
        {
            var problem = new InvalidOperationException($"{request.Student} has no marks in {request.Term}.");
            context.ItemFailed($"request {request.Id}", problem);
            await FinishAsync(session, request.Id, "failed", problem.Message, cancellationToken);
            return;
        }

        var content = string.Create(
            CultureInfo.InvariantCulture, $"{request.Student}, {request.Term}: average {average:0.0} of {request.Marks} marks");
        await session.InTransactionAsync(
            async () =>
            {
                await session.Command("School/Sql/add-report-card").With("request", request.Id).With("content", content)
                    .With("at", context.Clock.Now()).ExecuteAsync(cancellationToken);
                return await FinishAsync(session, request.Id, "done", null, cancellationToken);
            },
            cancellationToken);
    }

    private static Task<int> FinishAsync(Session session, long id, string status, string? error, CancellationToken cancellationToken) =>
        session.Command("School/Sql/finish-report-card").With("id", id).With("status", status).With("error", error)
            .ExecuteAsync(cancellationToken);

    private sealed record Request(long Id, string Student, string Term, double? Average, int Marks);
}
