using System.Text.RegularExpressions;

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

    /// <summary>Spans of handlers are what a trace is looked at for.</summary>
    [Fact]
    public async Task Sources_and_meters_of_handlers_are_sent_when_the_settings_name_them()
    {
        foreach (var named in (bool[])[true, false])
        {
            await using var collector = await Collector.StartAsync();
            var settings = new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            };
            if (named)
            {
                settings["Silos:Telemetry:Sources"] = "other, tests.hand*";
                settings["Silos:Telemetry:Meters:0"] = "Tests.Handle?";
            }

            await using (var host = await TelemetryHost.StartAsync(settings))
            {
                await host.RunAsync("traced");
                Assert.Equal(named, Regex.IsMatch((await host.Api.GetAsync("/metrics")).Text, "tests_handled_total [1-9]"));
            }

            Assert.Contains("run traced", collector.Sent("/v1/traces"), StringComparison.Ordinal);
            Assert.Equal(named, collector.Sent("/v1/traces").Contains("work of the handler", StringComparison.Ordinal));
            Assert.Equal(named, collector.Sent("/v1/metrics").Contains("tests.handled", StringComparison.Ordinal));
        }
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
