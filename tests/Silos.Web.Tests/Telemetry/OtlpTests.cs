namespace Silos.Web.Tests.Telemetry;

/// <summary>The standard variables of OpenTelemetry send metrics and spans to a collector, and nothing else does.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task A_collector_gets_metrics_and_spans_when_the_environment_names_one()
    {
        await using var collector = await Collector.StartAsync();
        await using (var host = await TelemetryHost.StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "billing-jobs",
        }))
        {
            await host.RunAsync("noop");
        }

        Assert.Contains("run noop", collector.Sent("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("billing-jobs", collector.Sent("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("silos.runs.ended", collector.Sent("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("silos.worker.slots", collector.Sent("/v1/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_signal_can_be_left_out()
    {
        await using var collector = await Collector.StartAsync();
        await using (var host = await TelemetryHost.StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_TRACES_EXPORTER"] = "none",
        }))
        {
            await host.RunAsync("noop");
        }

        Assert.Empty(collector.Sent("/v1/traces"));
        Assert.NotEmpty(collector.Sent("/v1/metrics"));
    }
}
