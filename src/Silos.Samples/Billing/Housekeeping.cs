using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Handlers whose work is one statement in batches: functions are enough for them.</summary>
internal static class Housekeeping
{
    public const string ReconcileBucketUsage = "reconcile-bucket-usage";
    public const string CleanupForms = "cleanup-temporary-workflow-forms";
    public const string CleanupSessionKeys = "cleanup-ai-session-keys";

    private const int BatchSize = 500;

    /// <summary>Sets the usage of buckets to the sum of their time entries.</summary>
    public static Task ReconcileBucketUsageAsync(JobContext context, CancellationToken cancellationToken) => RunAsync(
        context, "buckets corrected", static (session, _) => session.Command("Billing/Sql/reconcile-buckets"), cancellationToken);

    /// <summary>Deletes temporary forms that are older than a day.</summary>
    public static Task CleanupFormsAsync(JobContext context, CancellationToken cancellationToken) => RunAsync(
        context,
        "temporary forms deleted",
        static (session, due) => session.Command("Billing/Sql/delete-temporary-forms").With("before", due.AddDays(-1)),
        cancellationToken);

    /// <summary>Deletes the keys of AI sessions that have expired.</summary>
    public static Task CleanupSessionKeysAsync(JobContext context, CancellationToken cancellationToken) => RunAsync(
        context,
        "session keys deleted",
        static (session, due) => session.Command("Billing/Sql/delete-session-keys").With("now", due),
        cancellationToken);

    private static async Task RunAsync(
        JobContext context, string what, Func<Session, DateTimeOffset, Statement> statement, CancellationToken cancellationToken)
    {
        await using var session = await context.Services.GetRequiredService<SampleDatabase>().OpenAsync(cancellationToken);
        context.SetResult(await Batches.UntilDoneAsync(
            context, what, () => statement(session, context.DueAt).With("limit", BatchSize).ExecuteAsync(cancellationToken), cancellationToken));
    }
}
