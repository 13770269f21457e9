using System.Net;
using Silos.Web.Tests.Telemetry;

namespace Silos.Web.Tests.Metrics;

/// <summary>What the host as it is shipped tells about itself.</summary>
public sealed class RealMetricsTests
{
    [Fact]
    public async Task Runs_are_counted_by_handler_outcome_and_queue_and_gauges_tell_the_moment()
    {
        await using var host = await TelemetryHost.StartAsync();
        await host.RunAsync("noop");
        await host.RunAsync("fail");
        (await host.Api.PutAsync("/api/jobs/often", """{"handler":"noop","schedule":"@every 1s"}""")).Is(HttpStatusCode.Created);
        var text = await UntilAsync(host, "silos_ledger_verdicts_total{verdict=\"enqueued\"}");
        Assert.Matches("silos_runs_ended_total\\{handler=\"noop\",outcome=\"completed\",queue=\"default\"\\} [1-9]", text);
        Assert.Matches("silos_runs_ended_total\\{handler=\"fail\",outcome=\"failed\",queue=\"default\"\\} [1-9]", text);
        Assert.Matches("silos_attempts_ended_total\\{outcome=\"completed\"\\} [1-9]", text);
        Assert.Matches("silos_attempts_started_total [1-9]", text);
        Assert.Matches("silos_runs_enqueued_total [1-9]", text);
        Assert.Matches("silos_run_start_lateness_seconds_bucket\\{queue=\"default\",le=\"0.001\"\\} \\d", text);
        Assert.Matches("silos_attempt_duration_seconds_count\\{handler=\"noop\",outcome=\"completed\"\\} [1-9]", text);
        Assert.Matches("silos_commit_duration_seconds_count [1-9]", text);
        Assert.Matches("silos_commit_size_bucket\\{le=\"1\"\\} \\d", text);
        Assert.Matches("silos_worker_slots\\{state=\"free\"\\} [1-9]", text);
        Assert.Matches("silos_partitions_owned [1-9]", text);
        Assert.Matches("silos_partition_epoch\\{partition=\"0\"\\} [1-9]", text);
        Assert.Contains("# TYPE dotnet_process_memory_working_set_bytes gauge\n", text, StringComparison.Ordinal);
    }

    private static async Task<string> UntilAsync(TelemetryHost host, string wanted)
    {
        while (true)
        {
            var text = (await host.Api.GetAsync("/metrics")).Text;
            if (text.Contains(wanted, StringComparison.Ordinal))
            {
                return text;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
