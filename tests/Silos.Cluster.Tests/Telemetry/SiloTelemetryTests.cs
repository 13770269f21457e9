using System.Net;
using System.Text.RegularExpressions;
using Silos.Cluster.Jobs;
using Silos.Cluster.Tests.Api;
using Silos.Cluster.Tests.Support;
using Silos.Jobs;
using Silos.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Cluster.Tests.Telemetry;

/// <summary>What silos tell about themselves. Alone, because the meter is that of the process: silos of other tests would be heard, too.</summary>
[CollectionDefinition(nameof(SiloTelemetryTests), DisableParallelization = true)]
[Collection(nameof(SiloTelemetryTests))]
public sealed class SiloTelemetryTests
{
    private const string Caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Both silos are in this process, so that each of them tells what both do.</summary>
    [Fact]
    public async Task The_metrics_of_silos_tell_what_runs_and_what_they_own_and_a_trigger_is_one_trace()
    {
        using var spans = new Spans();
        await using var host = new SiloApiHost();
        await host.InitializeAsync();
        var api = new ApiCaller(host.Http);
        var enqueued = RunOf(await api.PostAsync("/api/runs", """{"handler":"noop"}"""));
        var failed = RunOf(await api.PostAsync("/api/runs", """{"handler":"fail"}"""));

        // Grains of some of them live on the other silo.
        var triggered = new List<RunId>();
        for (var i = 0; i < 8; i++)
        {
            (await api.PutAsync($"/api/jobs/job-{i}", """{"handler":"noop"}""")).Is(HttpStatusCode.Created);
            triggered.Add(RunOf(await api.SendAsync(
                HttpMethod.Post, $"/api/jobs/job-{i}/trigger", "{}", change: request => request.Headers.TryAddWithoutValidation("traceparent", Traced(i)))));
        }

        var text = string.Empty;
        await Grid.UntilAsync(
            async () => Value(text = (await api.GetAsync("/metrics")).Text, """silos_runs_ended_total{handler="noop",outcome="completed",queue="default"}""") == 9,
            "nine runs have completed",
            () => text);
        text = (await api.GetAsync("/metrics")).Text;
        Assert.Equal(1, Value(text, """silos_runs_ended_total{handler="fail",outcome="failed",queue="default"}"""));
        Assert.Equal(10, Value(text, "silos_attempts_started_total"));
        Assert.Equal(10, Value(text, """silos_run_start_lateness_seconds_count{queue="default"}"""));
        Assert.Equal(32, Value(text, "silos_partitions_owned"));
        Assert.Equal(32, Regex.Count(text, """^silos_partition_epoch\{partition="\d+"\} [1-9]\d*$""", RegexOptions.Multiline));

        await Grid.UntilAsync(() => Task.FromResult(triggered.Append(enqueued).Append(failed).All(run => spans.Attempt(run) is not null)), "all attempts have told");
        Assert.Equal("enqueue noop", spans.Asked(enqueued).OperationName);
        foreach (var (i, run) in triggered.Index())
        {
            Assert.Equal(($"enqueue job-{i}", Traced(i)[3..35]), (spans.Asked(run).OperationName, spans.Asked(run).TraceId.ToHexString()));
        }

        Assert.Equal(10, Value(text, "silos_runs_enqueued_total"));
    }

    [Fact]
    public async Task A_client_that_triggers_or_retries_is_followed_into_the_silos()
    {
        using var spans = new Spans();
        await using var grid = await Grid.StartAsync(2);
        await grid.Client.RegisterAsync(TenantId.Default, new JobDefinition { Name = JobName.Parse("manual"), Handler = "work" }, "api", Token);
        var (triggered, first) = await Spans.AskAsync(() => grid.Client.TriggerAsync(Grid.Key("manual"), new TriggerOptions(), Token));
        await EndAsync(grid, spans, triggered);
        Assert.Equal(first, spans.Asked(triggered).TraceId);

        var (again, second) = await Spans.AskAsync(() => grid.Client.RetryAsync(TenantId.Default, triggered, "ann", Token));
        await EndAsync(grid, spans, again);
        var asked = spans.Asked(again);
        Assert.Equal(second, asked.TraceId);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Assert.Single(asked.Links).Context.TraceId);
    }

    [Fact]
    public async Task An_overdue_job_is_counted_once_by_whichever_silo_got_it_decided()
    {
        using var told = new Told();
        await using var grid = await Grid.StartAsync(2);
        await RegisterAsync(grid, "yearly");

        // No silo knows when this one is due, and every sweep finds it.
        var stranger = await RegisterAsync(grid, "stranger");
        await SaveAsync(grid, stranger with
        {
            Definition = stranger.Definition with { Schedules = ["cron.nobody"] },
            NextDue = TimeProvider.System.GetUtcNow().AddMinutes(-1),
        });

        // What was found because the silos have just come does not count.
        var before = (Found: told["silos.sweeps.found"], Woken: told["silos.sweeps.woken"]);
        for (var round = 1; round <= 3; round++)
        {
            var row = (await grid.Store.Jobs.FindAsync(Grid.Key("yearly"), Token))!;
            await SaveAsync(grid, row with { WakeAt = TimeProvider.System.GetUtcNow().AddSeconds(-2) });
            await Grid.UntilAsync(
                async () => (await grid.Store.Jobs.FindAsync(Grid.Key("yearly"), Token))!.WakeAt is null && told["silos.sweeps.woken"] >= before.Woken + round,
                "a sweep has woken the job");
        }

        Assert.Equal((before.Found + 3, before.Woken + 3), (told["silos.sweeps.found"], told["silos.sweeps.woken"]));
    }

    [Fact]
    public async Task A_reminder_that_rings_is_counted_and_one_that_finds_its_job_overdue_is_late()
    {
        using var told = new Told();
        await using var grid = await Grid.StartAsync(1, sweep: TimeSpan.FromMinutes(5));
        await RegisterAsync(grid, "yearly");
        await RingAsync(grid, "yearly");
        Assert.Equal((1, 0), (told["silos.reminders.received"], told["silos.reminders.late"]));

        // Of this one the grain is not in memory, so that it reads what another process wrote.
        await grid.Client.ApplyAsync(TenantId.Default, [Yearly("overdue")], "file:x", prune: false, dryRun: false, Token);
        await Grid.UntilAsync(
            async () => await grid.RemindersAsync() == 2 && !grid.Cluster.TryGetGrainContext(GrainId.Create(JobGrain.TypeName, "default/overdue"), out _),
            "the grain has been there and is put away");
        var row = (await grid.Store.Jobs.FindAsync(Grid.Key("overdue"), Token))!;
        await SaveAsync(grid, row with { WakeAt = TimeProvider.System.GetUtcNow().AddSeconds(-5) });
        await RingAsync(grid, "overdue");
        Assert.Equal((2, 1), (told["silos.reminders.received"], told["silos.reminders.late"]));
    }

    private static JobDefinition Yearly(string name) => new() { Name = JobName.Parse(name), Handler = "work", Schedules = ["0 2 1 1 *"] };

    private static Task<Job> RegisterAsync(Grid grid, string name) => grid.Client.RegisterAsync(TenantId.Default, Yearly(name), "api", Token);

    private static async Task SaveAsync(Grid grid, Job row) => Assert.NotNull(await grid.Store.Jobs.TrySaveAsync(row, Token));

    private static Task RingAsync(Grid grid, string name) => grid.Grains
        .GetGrain<IRemindable>(GrainId.Create(JobGrain.TypeName, $"default/{name}"))
        .ReceiveReminder("due", new TickStatus(default, TimeSpan.FromMinutes(1), default));

    private static async Task EndAsync(Grid grid, Spans spans, RunId run)
    {
        await grid.Client.WaitAsync(TenantId.Default, run, Token);
        await Grid.UntilAsync(() => Task.FromResult(spans.Attempt(run) is not null), "the attempt has told");
    }

    private static string Traced(int i) => Caller.Replace("0af7651916cd43dd", $"0af7651916cd430{i}", StringComparison.Ordinal);

    private static RunId RunOf(Reply reply) => RunId.Parse(
        System.Text.Json.JsonDocument.Parse(reply.Text).RootElement.GetProperty("id").GetString()!);

    private static double Value(string text, string series) =>
        Regex.Match(text, $"^{Regex.Escape(series)} (\\S+)$", RegexOptions.Multiline) is { Success: true } found
            ? double.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
}
