using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What every <see cref="IRunJournal"/> must do. Derive once per implementation; add cases here.</summary>
public abstract class RunJournalConformance : StoreConformance
{
    private static readonly RunStep Fetch = new("fetch", "completed", JsonText.Parse("""{ "rows": 3 }"""), null, 0, Noon.AddMilliseconds(7));
    private static readonly RunLogLine Line = new(1, Noon.AddMilliseconds(8), "information", "Hello, “wörld” 🚀 'quoted'", 1);

    [Fact]
    public async Task What_an_attempt_writes_can_be_read_while_it_runs_and_afterwards()
    {
        var (owner, run) = await BeginAsync();

        Assert.Empty(await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1)
        {
            Steps = [Fetch, Fetch with { Name = "store", Status = "failed", Result = null, Error = "no room", RetryCount = 2 }],
            Log = [Line, Line with { Sequence = 2, Level = "error", Text = new string('x', 8_000) }],
            Progress = 40,
            ProgressMessage = "almost half",
        }));

        Assert.Equal(["fetch", "store"], (await Store.Journal.ReadStepsAsync(run.Id, Cancelled)).Select(step => step.Name));
        Assert.Equal(2, await Store.Journal.LastSequenceAsync(run.Id, Cancelled));
        await VerifyAsync(RunState.Running);

        await FinishAsync(owner, AnEnd(run));
        await VerifyAsync(RunState.Completed);

        async Task VerifyAsync(RunState state)
        {
            var details = await DetailsAsync(run.Id);
            Assert.Equal(state, details.Run.State);
            Assert.Equal((40, "almost half"), (details.Run.Progress, details.Run.ProgressMessage));
            Assert.Equal([Fetch, Fetch with { Name = "store", Status = "failed", Result = null, Error = "no room", RetryCount = 2 }], details.Steps);
            Assert.Equal([Line, Line with { Sequence = 2, Level = "error", Text = new string('x', 8_000) }], await LogAsync(run));
        }
    }

    [Fact]
    public async Task A_step_is_replaced_by_name_and_keeps_its_place()
    {
        var (owner, run) = await BeginAsync();
        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Steps = [Fetch with { Status = "failed" }, Fetch with { Name = "a" }] });

        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Steps = [Fetch with { RetryCount = 1 }] });

        Assert.Equal([Fetch with { RetryCount = 1 }, Fetch with { Name = "a" }], await Store.Journal.ReadStepsAsync(run.Id, Cancelled));
        Assert.Equal([Fetch with { RetryCount = 1 }, Fetch with { Name = "a" }], (await DetailsAsync(run.Id)).Steps);
    }

    [Fact]
    public async Task A_log_line_that_exists_is_left_as_it_is()
    {
        var (owner, run) = await BeginAsync();
        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Log = [Line] });

        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Log = [Line with { Text = "again" }, Line with { Sequence = 2 }] });

        Assert.Equal([Line, Line with { Sequence = 2 }], await LogAsync(run));
    }

    [Fact]
    public async Task A_log_is_read_from_a_sequence_number_on()
    {
        var (owner, run) = await BeginAsync();
        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Log = [.. Enumerable.Range(1, 5).Select(i => Line with { Sequence = i })] });

        Assert.Equal([3L, 4L], (await Store.Reader.ReadLogAsync(run.Tenant, run.Id, 2, 2, Cancelled)).Select(line => line.Sequence));
        Assert.Empty(await Store.Reader.ReadLogAsync(TenantId.Parse("other"), run.Id, 0, 10, Cancelled));
        Assert.Equal(0, await Store.Journal.LastSequenceAsync(RunId.New(Noon), Cancelled));
        Assert.Empty(await Store.Journal.ReadStepsAsync(RunId.New(Noon), Cancelled));
    }

    [Fact]
    public async Task New_progress_takes_the_place_of_the_old_and_none_leaves_it()
    {
        var (owner, run) = await BeginAsync();
        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Progress = 40, ProgressMessage = "almost half" });
        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Log = [Line] });
        Assert.Equal((40, "almost half"), await ProgressAsync(run));

        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Progress = 41 });
        Assert.Equal((41, null), await ProgressAsync(run));
    }

    [Fact]
    public async Task Entries_of_a_closed_attempt_are_dropped_and_reported()
    {
        var (owner, run) = await BeginAsync();
        var other = ARun();
        await EnqueueAsync(owner, other);
        await ClaimAsync(owner, 9, other);
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(run, token: 1)] });

        var refused = await AppendAsync(
            new(owner, run.Tenant, run.Id, 1) { Steps = [Fetch], Log = [Line], Progress = 1 },
            new(owner, other.Tenant, other.Id, 9) { Log = [Line] });

        Assert.Equal([run.Id], refused);
        Assert.Empty(await LogAsync(run));
        Assert.Empty(await Store.Journal.ReadStepsAsync(run.Id, Cancelled));
        Assert.Equal((null, null), await ProgressAsync(run));
        Assert.Equal([Line], await LogAsync(other));
        Assert.Empty(await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 2) { Log = [Line] }));
    }

    [Fact]
    public async Task Entries_under_a_lost_epoch_are_dropped_and_reported()
    {
        var (owner, run) = await BeginAsync();
        await ReopenAsync();

        Assert.Equal([run.Id], await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Log = [Line], Progress = 1 }));
        Assert.Empty(await LogAsync(run));
        Assert.Empty(await AppendAsync(new JournalEntry(owner with { Epoch = owner.Epoch + 1 }, run.Tenant, run.Id, 1) { Log = [Line] }));
    }

    [Fact]
    public async Task Entries_for_a_run_that_ended_or_belongs_elsewhere_are_dropped_and_reported()
    {
        var (owner, run) = await BeginAsync();
        var elsewhere = Enumerable.Range(0, 100).Select(i => $"queue-{i}").First(name => Partitions.Of("default", name) != owner.Partition);
        var foreign = await OpenAsync(elsewhere);

        Assert.Equal([run.Id], await AppendAsync(new JournalEntry(foreign, run.Tenant, run.Id, 1) { Log = [Line] }));
        Assert.Equal([run.Id], await AppendAsync(new JournalEntry(owner, TenantId.Parse("other"), run.Id, 1) { Log = [Line] }));
        await FinishAsync(owner, AnEnd(run));
        Assert.Equal([run.Id], await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 2) { Log = [Line] }));
        Assert.Empty(await LogAsync(run));
        Assert.Empty(await AppendAsync());
    }

    [Fact]
    public async Task What_attempts_wrote_goes_with_a_run_that_is_deleted_on_success()
    {
        var (owner, run) = await BeginAsync();
        await AppendAsync(new JournalEntry(owner, run.Tenant, run.Id, 1) { Steps = [Fetch], Log = [Line], Progress = 5 });

        await FinishAsync(owner, AnEnd(run) with { Delete = true });

        Assert.Empty(await Store.Journal.ReadStepsAsync(run.Id, Cancelled));
        Assert.Equal(0, await Store.Journal.LastSequenceAsync(run.Id, Cancelled));
    }

    private async Task<(PartitionEpoch Owner, NewRun Run)> BeginAsync()
    {
        var owner = await OpenAsync();
        var run = ARun();
        await EnqueueAsync(owner, run);
        await ClaimAsync(owner, 1, run);
        return (owner, run);
    }

    private ValueTask<IReadOnlyList<RunId>> AppendAsync(params JournalEntry[] entries) => Store.Journal.AppendAsync(entries, Cancelled);

    private ValueTask<IReadOnlyList<RunLogLine>> LogAsync(NewRun run) => Store.Reader.ReadLogAsync(run.Tenant, run.Id, 0, 100, Cancelled);

    private async Task<(int?, string?)> ProgressAsync(NewRun run)
    {
        var found = await RunAsync(run);
        return (found.Progress, found.ProgressMessage);
    }
}
