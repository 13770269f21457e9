using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Silos.Keys;
using Silos.Web.Access;
using Silos.Web.Alarms;
using Silos.Web.Audit;
using Silos.Web.Dashboard;
using Silos.Web.Health;
using Silos.Web.Http;
using Silos.Web.Jobs;
using Silos.Web.Keys;
using Silos.Web.Login;
using Silos.Web.Metrics;
using Silos.Web.Nodes;
using Silos.Web.Operations;
using Silos.Web.Queues;
using Silos.Web.Runs;
using Silos.Web.Schedules;
using Silos.Web.Stats;

namespace Silos.Web;

/// <summary>Maps the HTTP API.</summary>
public static class SilosWebEndpointExtensions
{
    /// <summary>
    /// Maps <c>/api</c>, <c>/openapi/v1.json</c>, the dashboard at <c>/</c>, <c>/jobs</c> …, and <c>/health</c>. Every endpoint
    /// but the two probes and the way in (<c>/login</c>) wants a credential with the role it needs, or, where none is required, that the caller is on this machine.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    public static IEndpointRouteBuilder MapSilosWeb(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var pipeline = services.GetRequiredService<RequestPipeline>();
        ApiRoutes Tagged(string tag) => new(endpoints, pipeline, tag);

        var jobs = Tagged("Jobs");
        services.GetRequiredService<JobEndpoints>().Map(jobs);
        services.GetRequiredService<JobActionEndpoints>().Map(jobs);
        services.GetRequiredService<ApplyEndpoint>().Map(jobs);
        services.GetRequiredService<RunEndpoints>().Map(Tagged("Runs"));
        services.GetRequiredService<JobLogEndpoints>().Map(Tagged("Job log"));
        var queues = Tagged("Queues");
        services.GetRequiredService<QueueEndpoints>().Map(queues);
        services.GetRequiredService<PauseEndpoints>().Map(queues);
        services.GetRequiredService<QueueRecordEndpoints>().Map(queues);
        services.GetRequiredService<ScheduleEndpoints>().Map(Tagged("Schedules"));
        services.GetRequiredService<SiloEndpoints>().Map(Tagged("Silos"));
        services.GetRequiredService<StatsEndpoints>().Map(Tagged("Stats"));
        services.GetRequiredService<KeyEndpoints>().Map(Tagged("Keys"));
        services.GetRequiredService<AuditEndpoints>().Map(Tagged("Audit"));
        services.GetRequiredService<LoginEndpoints>().Map(endpoints, pipeline);
        services.GetRequiredService<OperationEndpoints>().Map(Tagged("Operations"));
        services.GetRequiredService<AlarmEndpoints>().Map(Tagged("Alarms"));
        var health = services.GetRequiredService<HealthEndpoints>();
        health.Map(Tagged("Health"));
        health.MapProbes(endpoints, pipeline);
        services.GetRequiredService<MetricsEndpoints>().Map(endpoints, pipeline);
        DashboardServices.Map(endpoints, pipeline, Tagged("Dashboard"));
        endpoints.MapOpenApi("/openapi/{documentName}.json")
            .Needs(Role.Viewer)
            .Finally(builder => builder.RequestDelegate = pipeline.Guarded(builder.RequestDelegate!, page: true));
        FallbackEndpoint.Map(endpoints, pipeline);
        return endpoints;
    }

    /// <summary>
    /// Maps a page for addresses that nothing answers, in a host that has nothing but Silos. An application of your own has its own.
    /// </summary>
    /// <param name="endpoints">The application, after <see cref="MapSilosWeb"/>.</param>
    public static IEndpointRouteBuilder MapSilosNotFound(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        DashboardServices.PagesOf(endpoints, endpoints.ServiceProvider.GetRequiredService<RequestPipeline>()).NotFound("/{**path}", "NoPage");
        return endpoints;
    }
}
