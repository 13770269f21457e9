using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Sqlite.Tests;

/// <summary>The views have the shapes that reports and scripts of other systems expect.</summary>
public sealed class ViewTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, 123, TimeSpan.Zero);
    private TestDatabase _database = null!;
    private PartitionEpoch _owner;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.OpenAsync();
        var partition = Partitions.Of("default", "default");
        var opening = await _database.Runs.OpenPartitionAsync(partition, "me", Noon, Noon, exclusive: true, Cancelled);
        _owner = new PartitionEpoch(partition, opening.Epoch);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Job_logs_have_one_line_for_each_run_that_started()
    {
        var (_, running, completed, dead) = await FourRunsAsync();
        var again = ARun();
        await _database.Runs.CommitAsync(
            new() { Owner = _owner, Now = Noon, Enqueues = [again], Claims = [new Claim(Guid.NewGuid(), "w", Noon.AddSeconds(1), [again.Id], [1])] }, Cancelled);
        await _database.Runs.CommitAsync(
            new()
            {
                Owner = _owner,
                Now = Noon,
                Requeued =
                [
                    new RequeuedRun
                    {
                        Run = again.Id,
                        Token = 1,
                        State = RunState.Scheduled,
                        DueAt = Noon.AddMinutes(1),
                        Attempts = 1,
                        StartedAt = Noon.AddSeconds(1),
                        EndedAt = Noon.AddSeconds(2),
                        Worker = "w",
                        Error = new RunError("T", "Too slow."),
                        Outcome = "retry",
                    },
                ],
            },
            Cancelled);

        Assert.Equal(
            [
                """{"job_name":"nightly","status":"running","started_at":"2026-01-01T12:00:01.123Z","ended_at":null,"duration":0,"error":"","metadata":"{\"k\":1}","created_at":"2026-01-01T12:00:00.123Z","updated_at":"2026-01-01T12:00:01.123Z"}""",
                """{"job_name":"nightly","status":"completed","started_at":"2026-01-01T12:00:01.123Z","ended_at":"2026-01-01T12:00:02.623Z","duration":1500,"error":"","metadata":"{\"k\":1}","created_at":"2026-01-01T12:00:00.123Z","updated_at":"2026-01-01T12:00:02.623Z"}""",
                """{"job_name":"work","status":"failed","started_at":"2026-01-01T12:00:01.123Z","ended_at":"2026-01-01T12:00:02.623Z","duration":1500,"error":"It broke.","metadata":"{}","created_at":"2026-01-01T12:00:00.123Z","updated_at":"2026-01-01T12:00:02.623Z"}""",
                """{"job_name":"work","status":"running","started_at":"2026-01-01T12:00:01.123Z","ended_at":null,"duration":0,"error":"Too slow.","metadata":"{}","created_at":"2026-01-01T12:00:00.123Z","updated_at":"2026-01-01T12:00:01.123Z"}""",
            ],
            _database.Read("job_logs"));
        Assert.True(running.Id.CompareTo(completed.Id) < 0 && completed.Id.CompareTo(dead.Id) < 0);
    }

    [Fact]
    public async Task Queues_have_what_waits_or_runs()
    {
        await FourRunsAsync();
        await _database.Runs.PostAsync(
            [
                ARun() with
                {
                    Payload = JsonText.Parse("""{"to":"ann"}"""),
                    MaxAttempts = 5,
                    Options = new RunOptions { Name = "welcome", Description = "a mail", Timeout = new TimeSpan(1, 2, 3, 4, 500) },
                },
                ARun() with { Options = new RunOptions { Timeout = TimeSpan.FromSeconds(30) } },
            ],
            Cancelled);

        Assert.Equal(
            [
                """{"name":"work","description":"","payload":{"type":"work","data":{},"options":{"retry_count":3,"timeout":null}},"attempts":0,"reserved_at":null,"created":"2026-01-01T12:00:00.123Z","updated":"2026-01-01T12:00:00.123Z"}""",
                """{"name":"nightly","description":"","payload":{"type":"work","data":{},"options":{"retry_count":3,"timeout":null}},"attempts":0,"reserved_at":"2026-01-01T12:00:01.123Z","created":"2026-01-01T12:00:00.123Z","updated":"2026-01-01T12:00:01.123Z"}""",
                """{"name":"welcome","description":"a mail","payload":{"type":"work","data":{"to":"ann"},"options":{"retry_count":5,"timeout":93785}},"attempts":0,"reserved_at":null,"created":"2026-01-01T12:00:00.123Z","updated":"2026-01-01T12:00:00.123Z"}""",
                """{"name":"work","description":"","payload":{"type":"work","data":{},"options":{"retry_count":3,"timeout":30}},"attempts":0,"reserved_at":null,"created":"2026-01-01T12:00:00.123Z","updated":"2026-01-01T12:00:00.123Z"}""",
            ],
            _database.Read("queues"));
    }

    [Fact]
    public async Task Jobs_have_every_run_and_job_details_their_steps()
    {
        var (_, running, _, _) = await FourRunsAsync();
        await _database.Journal.AppendAsync(
            [
                new JournalEntry(_owner, running.Tenant, running.Id, 1)
                {
                    Steps =
                    [
                        new RunStep("fetch", "completed", JsonText.Parse("""{"rows":3}"""), null, 0, Noon.AddSeconds(2)),
                        new RunStep("store", "failed", null, "no room", 2, Noon.AddSeconds(3)),
                    ],
                },
            ],
            Cancelled);

        Assert.Equal(
            [
                """{"tenant":"default","type":"work","metadata":null,"status":"failed","created_at":"2026-01-01T12:00:00.123Z","updated_at":"2026-01-01T12:00:02.623Z","user_id":"silos","runner_type":"silos","external_id":"","own_run":1}""",
                """{"tenant":"default","type":"nightly","metadata":"{\"k\":1}","status":"completed","created_at":"2026-01-01T12:00:00.123Z","updated_at":"2026-01-01T12:00:02.623Z","user_id":"ann","runner_type":"silos","external_id":"default/nightly","own_run":1}""",
                """{"tenant":"default","type":"nightly","metadata":"{\"k\":1}","status":"active","created_at":"2026-01-01T12:00:00.123Z","updated_at":"2026-01-01T12:00:01.123Z","user_id":"ann","runner_type":"silos","external_id":"default/nightly","own_run":1}""",
                """{"tenant":"default","type":"work","metadata":null,"status":"queued","created_at":"2026-01-01T12:00:00.123Z","updated_at":"2026-01-01T12:00:00.123Z","user_id":"silos","runner_type":"silos","external_id":"","own_run":1}""",
            ],
            _database.Read("jobs"));
        Assert.Equal(
            [
                """{"tenant":"default","same_job":1,"step_name":"fetch","status":"completed","result":"{\"rows\":3}","processed_at":"2026-01-01T12:00:02.123Z","retry_count":0,"metadata":null}""",
                """{"tenant":"default","same_job":1,"step_name":"store","status":"failed","result":null,"processed_at":"2026-01-01T12:00:03.123Z","retry_count":2,"metadata":"{\"error\":\"no room\"}"}""",
            ],
            _database.Read("job_details"));
    }

    private static NewRun ARun(string? job = null) => new()
    {
        Id = RunId.New(Noon),
        Tenant = TenantId.Default,
        Handler = "work",
        Job = job is null ? null : JobName.Parse(job),
        DueAt = Noon,
        EnqueuedAt = Noon,
        RequestedBy = job is null ? null : "ann",
        Options = job is null ? RunOptions.Default : new RunOptions { Metadata = JsonText.Parse("""{"k":1}""") },
    };

    private async Task<(NewRun Waiting, NewRun Running, NewRun Completed, NewRun Dead)> FourRunsAsync()
    {
        var runs = (Waiting: ARun(), Running: ARun("nightly"), Completed: ARun("nightly"), Dead: ARun());
        await _database.Runs.CommitAsync(
            new()
            {
                Owner = _owner,
                Now = Noon,
                Enqueues = [runs.Waiting, runs.Running, runs.Completed, runs.Dead],
                Claims = [new Claim(Guid.NewGuid(), "w", Noon.AddSeconds(1), [runs.Running.Id, runs.Completed.Id, runs.Dead.Id], [1, 2, 3])],
            },
            Cancelled);
        await _database.Runs.CommitAsync(
            new() { Owner = _owner, Now = Noon, Finished = [AnEnd(runs.Completed, 2, RunState.Completed), AnEnd(runs.Dead, 3, RunState.Dead)] }, Cancelled);
        return runs;
    }

    private static FinishedRun AnEnd(NewRun run, long token, RunState state) => new()
    {
        Run = run.Id,
        Token = token,
        State = state,
        Attempts = 1,
        StartedAt = Noon.AddSeconds(1),
        EndedAt = Noon.AddMilliseconds(2_500),
        Worker = "w",
        Error = state.IsFailure() ? new RunError("T", "It broke.") : null,
        Outcome = state.ToText(),
    };
}
