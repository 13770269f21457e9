using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Silos.Client.Health;
using Silos.Client.Json;
using Silos.Keys;
using Silos.Web.Access;
using Silos.Web.Http;

namespace Silos.Web.Health;

/// <summary><c>/api/health</c> for people and monitors; <c>/health/live</c> and <c>/health/ready</c> for orchestrators.</summary>
internal sealed class HealthEndpoints(ISilosHealth health, HealthGlance glance)
{
    public void Map(ApiRoutes api) =>
        api.Get("/api/health", "GetHealth", "Tell how the process is doing", HealthAsync)
            .Needs(Role.Viewer)
            .Gives<HealthResponse>().Gives<HealthResponse>(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Maps what is answered without a credential: one word, nothing that is worth hiding.</summary>
    public void MapProbes(IEndpointRouteBuilder endpoints, RequestPipeline pipeline)
    {
        endpoints.MapGet("/health/live", pipeline.Open(LiveAsync)).ForEverybody().WithName("Live");
        endpoints.MapGet("/health/ready", pipeline.Open(ReadyAsync)).ForEverybody().WithName("Ready");
    }

    private async Task HealthAsync(HttpContext context)
    {
        var now = await health.CheckAsync(context.RequestAborted);
        var seen = now.StoreReachable ? await glance.ReadAsync(Caller.Of(context).Tenant, context.RequestAborted) : TenantNumbers.Unknown;
        var answer = new HealthResponse(now.IsReady ? "ok" : "unavailable", new HealthJobs(now.SchedulerRunning, seen.Jobs, seen.LastRunAt));
        await Answer.WriteAsync(context, Status(now.IsReady), answer, ClientJson.Readable.HealthResponse);
    }

    private async Task LiveAsync(HttpContext context)
    {
        // Nothing about the store, not even a look: a process is not to be restarted because its database is away or hangs.
        var restart = health.RestartWanted;
        var answer = new ProbeResponse(restart ? "restart_wanted" : "ok");
        await Answer.WriteAsync(context, Status(!restart), answer, ClientJson.Readable.ProbeResponse);
    }

    private async Task ReadyAsync(HttpContext context)
    {
        var now = await health.CheckAsync(context.RequestAborted);
        await Answer.WriteAsync(context, Status(now.IsReady), new ProbeResponse(Word(now)), ClientJson.Readable.ProbeResponse);
    }

    private static int Status(bool fine) => fine ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    private static string Word(SilosHealth now) => now switch
    {
        { Draining: true } => "draining",
        { Started: false } => "starting",
        { StoreReachable: false } => "store_away",
        { RestartWanted: true } => "restart_wanted",
        _ => "ok",
    };
}
