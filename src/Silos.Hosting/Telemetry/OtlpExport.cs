using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Silos.Engine;

namespace Silos.Hosting;

/// <summary>
/// Sends metrics and spans to a collector, as the standard environment variables of OpenTelemetry say (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and
/// the rest). Without an endpoint it does not exist, and nothing is gathered for it.
/// </summary>
internal sealed partial class OtlpExport(
    IConfiguration configuration, IOptions<EngineOptions> engine, IOptions<SilosTelemetryOptions> telemetry, ILogger<OtlpExport> logger)
    : IHostedService, IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    // Not the driver's: the engine's own statements would be a span each.
    private static readonly string[] Sources = ["Silos", "Microsoft.AspNetCore", "System.Net.Http"];
    private static readonly string[] Meters =
        ["Silos", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql"];

    private TracerProvider? _tracer;
    private MeterProvider? _meter;

    /// <summary>Adds it, if the environment wants it.</summary>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        if (WantsTraces(configuration) || WantsMetrics(configuration))
        {
            // Before everything else, so that it sees the start and is still there for the last numbers.
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService, OtlpExport>());
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (WantsTraces(configuration))
        {
            _tracer = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .ConfigureResource(Describe)
                .AddSource([.. Sources, .. telemetry.Value.Sources])
                .AddOtlpExporter()
                .Build();
        }

        if (WantsMetrics(configuration))
        {
            _meter = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .ConfigureResource(Describe)
                .AddMeter([.. Meters, .. telemetry.Value.Meters])
                .AddOtlpExporter()
                .Build();
        }

        LogSending(_tracer is not null, _meter is not null);
        return Task.CompletedTask;
    }

    /// <summary>Sends what is left.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _tracer?.Dispose();
        _meter?.Dispose();
    }

    private static bool WantsTraces(IConfiguration configuration) => Wants(configuration, TracesEndpoint, "OTEL_TRACES_EXPORTER");

    private static bool WantsMetrics(IConfiguration configuration) => Wants(configuration, MetricsEndpoint, "OTEL_METRICS_EXPORTER");

    private static bool Wants(IConfiguration configuration, string endpoint, string exporter) =>
        (Given(configuration, Endpoint) || Given(configuration, endpoint))
        && !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(configuration[exporter], "none", StringComparison.OrdinalIgnoreCase);

    private static bool Given(IConfiguration configuration, string key) => !string.IsNullOrWhiteSpace(configuration[key]);

    /// <summary>Says who sends; what the environment says comes last and wins.</summary>
    private void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService(
            "silos",
            serviceVersion: (Assembly.GetEntryAssembly() ?? typeof(OtlpExport).Assembly).GetName().Version?.ToString(),
            serviceInstanceId: engine.Value.WorkerName)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    [LoggerMessage(LogLevel.Information, "Telemetry goes to the collector of the environment (OTEL_EXPORTER_OTLP_…): traces {Traces}, metrics {Metrics}")]
    private partial void LogSending(bool traces, bool metrics);
}
