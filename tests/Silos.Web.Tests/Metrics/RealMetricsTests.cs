using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Silos.Web.Tests.Support;
using Silos.Web.Tests.Telemetry;

namespace Silos.Web.Tests.Metrics;

/// <summary>What the host as it is shipped tells about itself. Alone, because the meter is that of the process: every host would hear what the others do.</summary>
[CollectionDefinition(nameof(RealMetricsTests), DisableParallelization = true)]
[Collection(nameof(RealMetricsTests))]
public sealed class RealMetricsTests
{
    [Fact]
    public async Task Runs_are_counted_by_handler_outcome_and_queue_and_gauges_tell_the_moment()
    {
        await using var host = await TelemetryHost.StartAsync();
        await host.RunAsync("noop");
        await host.RunAsync("noop");
        await host.RunAsync("fail");
        var text = (await host.Api.GetAsync("/metrics")).Text;
        Is(text, "silos_runs_enqueued_total", 3);
        Is(text, """silos_runs_ended_total{handler="noop",outcome="completed",queue="default"}""", 2);
        Is(text, """silos_runs_ended_total{handler="fail",outcome="failed",queue="default"}""", 1);
        Is(text, "silos_attempts_started_total", 3);
        Is(text, """silos_attempts_ended_total{outcome="completed"}""", 2);
        Is(text, """silos_attempts_ended_total{outcome="failed"}""", 1);
        Is(text, """silos_run_start_lateness_seconds_bucket{queue="default",le="3600"}""", 3);
        Is(text, """silos_run_start_lateness_seconds_count{queue="default"}""", 3);
        Is(text, """silos_attempt_duration_seconds_count{handler="noop",outcome="completed"}""", 2);
        var commits = Value(text, "silos_commit_duration_seconds_count");
        Assert.InRange(commits, 4, 100);
        Is(text, "silos_commit_size_count", commits);
        Is(text, """silos_worker_slots{state="free"}""", 256);
        Is(text, """silos_worker_slots{state="used"}""", 0);
        Is(text, "silos_partitions_owned", 32);
        Is(text, "silos_partitions_waiting", 0);
        Is(text, """silos_partition_epoch{partition="0"}""", 1);
        Assert.Contains("# TYPE dotnet_process_memory_working_set_bytes gauge\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_of_schedules_and_of_triggers_are_enqueued_ones_too()
    {
        await using var host = await TelemetryHost.StartAsync();
        (await host.Api.PutAsync("/api/jobs/yearly", """{"handler":"noop","schedule":"0 2 1 1 *"}""")).Is(HttpStatusCode.Created);
        var triggered = await host.Api.PostAsync("/api/jobs/yearly/trigger");
        await host.EndAsync(JsonDocument.Parse(triggered.Text).RootElement.GetProperty("id").GetString()!);
        Is((await host.Api.GetAsync("/metrics")).Text, "silos_runs_enqueued_total", 1);

        (await host.Api.PutAsync("/api/jobs/often", """{"handler":"traced","schedule":"@every 1s"}""")).Is(HttpStatusCode.Created);
        var text = await UntilAsync(host, """silos_runs_ended_total{handler="traced",outcome="completed",queue="default"}""");
        Assert.InRange(Value(text, """silos_ledger_verdicts_total{verdict="enqueued"}"""), 1, 60);
        Assert.InRange(Value(text, "silos_runs_enqueued_total"), 2, 60);
    }

    private static async Task<string> UntilAsync(TelemetryHost host, string wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (true)
        {
            var text = (await host.Api.GetAsync("/metrics")).Text;
            if (text.Contains(wanted, StringComparison.Ordinal))
            {
                return text;
            }

            Assert.False(patience.IsCancellationRequested, $"Within 30 seconds nobody told {wanted}:\n{text}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ApiCaller.Cancelled);
        }
    }

    private static void Is(string text, string series, double value) => Assert.Equal((series, value), (series, Value(text, series)));

    private static double Value(string text, string series)
    {
        var found = Regex.Match(text, $"^{Regex.Escape(series)} (\\S+)$", RegexOptions.Multiline);
        Assert.True(found.Success, $"{series} is not told:\n{text}");
        return double.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }
}
