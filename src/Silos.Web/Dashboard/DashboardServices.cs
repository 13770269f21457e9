using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Silos.Web.Access;
using Silos.Web.Dashboard.Alarms;
using Silos.Web.Dashboard.Jobs;
using Silos.Web.Dashboard.Live;
using Silos.Web.Dashboard.Nodes;
using Silos.Web.Dashboard.Operations;
using Silos.Web.Dashboard.Overview;
using Silos.Web.Dashboard.Queues;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Dashboard.Settings;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Dashboard;

/// <summary>Registers and maps the dashboard.</summary>
internal static class DashboardServices
{
    private static readonly string[] Sections = ["jobs", "runs", "operations", "alarms", "queues", "silos", "settings", "ui"];

    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<PageRenderer>();
        services.TryAddSingleton<ProblemPages>();
        services.TryAddSingleton<QueueGlance>();
        services.TryAddSingleton<TeamGlance>();
        services.TryAddSingleton<AlarmGlance>();
        services.TryAddSingleton<PauseReader>();
        services.TryAddSingleton<NodeGlance>();
        services.TryAddSingleton<HeatGlance>();
        services.TryAddSingleton<Patience>();
        services.TryAddSingleton<Pulse>();
        services.TryAddSingleton<EventEndpoints>();
        services.TryAddSingleton<OverviewReader>();
        services.TryAddSingleton<JobsReader>();
        services.TryAddSingleton<JobReader>();
        services.TryAddSingleton<ChangesReader>();
        services.TryAddSingleton<JobPages>();
        services.TryAddSingleton<RunsReader>();
        services.TryAddSingleton<RunReader>();
        services.TryAddSingleton<RunPages>();
        services.TryAddSingleton<OperationPages>();
        services.TryAddSingleton<AlarmPages>();
        services.TryAddSingleton<QueuePages>();
        services.TryAddSingleton<SiloPages>();
        services.TryAddSingleton<SettingsPages>();
        services.TryAddSingleton<KeyPages>();
    }

    public static void Map(IEndpointRouteBuilder endpoints, RequestPipeline pipeline, ApiRoutes api)
    {
        var services = endpoints.ServiceProvider;
        var pages = PagesOf(endpoints, pipeline);
        pages.Page<OverviewView>("/", "OverviewPage", services.GetRequiredService<OverviewReader>().ReadAsync);
        services.GetRequiredService<JobPages>().Map(pages);
        services.GetRequiredService<RunPages>().Map(pages);
        services.GetRequiredService<OperationPages>().Map(pages);
        services.GetRequiredService<AlarmPages>().Map(pages);
        services.GetRequiredService<QueuePages>().Map(pages);
        services.GetRequiredService<SiloPages>().Map(pages);
        services.GetRequiredService<SettingsPages>().Map(pages);
        services.GetRequiredService<KeyPages>().Map(pages);
        AssetEndpoints.Map(pages);
        foreach (var section in Sections)
        {
            pages.NotFound($"/{section}/{{**path}}", $"NoPage {section}");
        }

        services.GetRequiredService<EventEndpoints>().Map(api);
    }

    /// <summary>Gets what maps pages.</summary>
    public static PageRoutes PagesOf(IEndpointRouteBuilder endpoints, RequestPipeline pipeline)
    {
        var services = endpoints.ServiceProvider;
        return new PageRoutes(
            endpoints,
            pipeline,
            services.GetRequiredService<PageRenderer>(),
            services.GetRequiredService<Problems>(),
            services.GetRequiredService<FormTokens>(),
            services.GetRequiredService<AlarmGlance>(),
            services.GetRequiredService<PauseReader>(),
            services.GetRequiredService<TeamGlance>(),
            services.GetRequiredService<Surroundings>());
    }
}
