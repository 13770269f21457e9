using Silos.Grains;
using Silos.Jobs;

namespace Silos.Samples.Cluster.Shop;

/// <summary>Jobs of the cluster: each is a grain, called by its name. The same calls are on <see cref="ISilosClient"/>, with its retries.</summary>
internal static class JobEndpoints
{
    /// <summary>Who asks, as people read it later.</summary>
    private const string Me = "shop";

    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/jobs/{name}");
        jobs.MapGet("/", async (string name, IClusterClient cluster, CancellationToken cancellationToken) =>
        {
            var job = (await Grain(cluster, name).GetAsync(cancellationToken)).Get();
            return new { name, running = job.Running, nextDue = job.Job.NextDue, source = job.Job.Source, paused = job.Job.Pause?.Reason };
        });

        // With `wait` the answer is the outcome; when that takes longer, it is the run that goes on.
        jobs.MapPost("/trigger", async (string name, string? wait, IClusterClient cluster, ISilosClient silos, CancellationToken cancellationToken) =>
        {
            var run = (await Grain(cluster, name).TriggerAsync(new TriggerOptions { By = Me }, cancellationToken)).Get();
            var ended = wait is null ? null : await Patience.WaitAsync(wait, token => silos.WaitAsync(TenantId.Default, run, token), cancellationToken);
            return ended is null ? Results.Accepted($"/runs/{run}", new { run = run.Value }) : Results.Ok(RunAnswer.Of(ended));
        });

        jobs.MapPost("/pause", async (string name, string? reason, IClusterClient cluster, CancellationToken cancellationToken) =>
            (await Grain(cluster, name).PauseAsync(Me, reason, cancellationToken)).Get().Pause);
        jobs.MapPost("/resume", async (string name, IClusterClient cluster, CancellationToken cancellationToken) =>
            new { nextDue = (await Grain(cluster, name).ResumeAsync(Me, null, cancellationToken)).Get().NextDue });
        jobs.MapGet("/explain", async (string name, IClusterClient cluster, CancellationToken cancellationToken) =>
            (await Grain(cluster, name).ExplainAsync(cancellationToken)).Get());
    }

    private static IJobGrain Grain(IClusterClient cluster, string name) => cluster.GetGrain<IJobGrain>(new JobKey(TenantId.Default, JobName.Parse(name)).ToString());
}
