using Silos.Samples.Tests.Support;
using Silos.Testing;

namespace Silos.Samples.Tests;

/// <summary>What every job of the samples keeps, whatever its work: it does something, once, and not when it is cancelled.</summary>
public sealed class EverySampleTests
{
    /// <summary>The payloads of those that need one, for the samples' data.</summary>
    private static readonly Dictionary<string, string> Payloads = new(StringComparer.Ordinal)
    {
        ["generate-invoice"] = """{"billingCycleId":1}""",
        ["invoice_zip"] = """{"invoiceIds":[1]}""",
        ["invoice_email"] = """{"invoiceId":1}""",
        ["asset_import"] = """{"importId":1}""",
    };

    private static readonly string[] WritesNothing = ["invoice_zip", "verify-google-calendar-pubsub"];

    public static TheoryData<string> Names =>
    [
        "ImportProcessorJob", "CanvasSyncJob", "CleanupTempFilesJob", "ReportCardGeneratorJob", "FixEmptyCodesJob",
        "Monthly Credit Top-Up", "Stale Credit Purchase Cleanup", "Orphaned Uploads Cleanup",
        "generate-invoice", "invoice_zip", "invoice_email", "asset_import", "expired-credits", "expiring-credits-notification",
        "credit-reconciliation", "reconcile-bucket-usage", "cleanup-temporary-workflow-forms", "renew-microsoft-calendar-webhooks",
        "verify-google-calendar-pubsub", "cleanup-ai-session-keys", "createClientContractLineCycles", "createNextTimePeriods",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Names))]
    public async Task Run_twice_it_makes_one_set_of_changes(string name)
    {
        using var world = await WorldAsync();
        await using var runner = Runner(world, name);
        var before = world.Snapshot();

        (await runner.RunAsync(Cancelled)).EnsureCompleted();
        var once = world.Snapshot();
        var second = await runner.RunAsync(Cancelled);

        Assert.True(WritesNothing.Contains(name) || before != once, $"{name} did nothing.");
        Assert.True(second.Status is JobRunStatus.Completed or JobRunStatus.Skipped, $"{second.Status}: {second.Error?.Message}");
        Assert.Equal(once, world.Snapshot());
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Cancelled_before_it_starts_it_changes_nothing(string name)
    {
        using var world = await WorldAsync();
        await using var runner = Runner(world, name).CancelAt(CancelMoment.BeforeStart);
        var before = world.Snapshot();

        var outcome = await runner.RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Cancelled, outcome.Status);
        Assert.IsAssignableFrom<OperationCanceledException>(outcome.Exception);
        Assert.Equal(before, world.Snapshot());
    }

    [Theory, MemberData(nameof(Names))]
    public async Task It_tells_how_far_it_is(string name)
    {
        using var world = await WorldAsync();
        await using var runner = Runner(world, name);

        var outcome = (await runner.RunAsync(Cancelled)).EnsureCompleted();

        Assert.Equal(100, outcome.Progress[^1].Percent);
    }

    private static async Task<SampleWorld> WorldAsync()
    {
        var world = await SampleWorld.CreateAsync();
        world.Execute("insert into invoices (cycle_id, client_id, number, total_cents, created_at) values (2, 2, '2025-11-00002', 9900, '2026-01-01')");
        return world;
    }

    private static JobRunner Runner(SampleWorld world, string name) =>
        Payloads.TryGetValue(name, out var payload) ? world.Run(name).WithJson(payload) : world.Run(name);
}
