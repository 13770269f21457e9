using Microsoft.AspNetCore.Http;
using Silos.Alarms;
using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Dashboard.Alarms;
using Silos.Web.Dashboard.Nodes;
using Silos.Web.Dashboard.Queues;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Stats;

namespace Silos.Web.Dashboard.Overview;

/// <summary>What the overview shows.</summary>
internal sealed record OverviewPage
{
    /// <summary>Gets how this process is doing.</summary>
    public required SilosHealth Health { get; init; }

    /// <summary>Gets what ended over time; null while the store is away, as everything below.</summary>
    public RunSeries? Series { get; init; }

    /// <summary>Gets the chosen stretch of time.</summary>
    public required ChartRange Range { get; init; }

    /// <summary>Gets the queues.</summary>
    public QueuePicture Queues { get; init; } = new([], default);

    /// <summary>Gets how many jobs there are.</summary>
    public int Jobs { get; init; }

    /// <summary>Gets the jobs that are due next.</summary>
    public IReadOnlyList<Job> Next { get; init; } = [];

    /// <summary>Gets the alarms that are on, the latest first.</summary>
    public IReadOnlyList<Alarm> Alarms { get; init; } = [];

    /// <summary>Gets the jobs that want somebody to look: failing, paused.</summary>
    public IReadOnlyList<Job> Attention { get; init; } = [];

    /// <summary>Gets the processes that take no runs: silent, draining.</summary>
    public IReadOnlyList<NodeView> Nodes { get; init; } = [];

    /// <summary>Gets runs under way, newest first.</summary>
    public IReadOnlyList<Run> Running { get; init; } = [];

    /// <summary>Gets runs that failed, newest first.</summary>
    public IReadOnlyList<Run> Failures { get; init; } = [];
}

/// <summary>Reads the overview.</summary>
internal sealed class OverviewReader(ISilosClient client, ISilosStore store, ISilosHealth health, QueueGlance glance, AlarmGlance alarms, NodeGlance nodes)
{
    private const int Rows = 8;

    public async Task<object> ReadAsync(HttpContext context, Frame frame)
    {
        var range = ChartRange.Of(context.Request.Query);
        var cancelled = context.RequestAborted;
        var now = await health.CheckAsync(cancelled);
        if (!now.StoreReachable)
        {
            // With the store away the page still tells so, instead of failing.
            return new OverviewPage { Health = now, Range = range };
        }

        var tenant = frame.Caller.Tenant;
        var queues = glance.ReadAsync(tenant, cancelled);
        var running = ListAsync(tenant, [RunState.Running], cancelled);
        var failures = ListAsync(tenant, [RunState.Failed, RunState.Dead], cancelled);
        var series = RunSeries.ReadAsync(store.Stats, tenant, frame.Now - range.Length + range.Bucket, frame.Now.AddMilliseconds(1), range.Bucket, cancelled);
        return new OverviewPage
        {
            Health = now,
            Range = range,
            Series = await series,
            Queues = await queues,
            Jobs = await store.Jobs.CountAsync(tenant, cancelled),
            Next = await store.Jobs.ListNextAsync(tenant, Rows, cancelled),
            Alarms = await alarms.ReadAsync(tenant, cancelled),
            Attention = await store.Jobs.ListTroubledAsync(tenant, Rows, cancelled),
            Nodes = await nodes.NotUpAsync(cancelled),
            Running = await running,
            Failures = await failures,
        };
    }

    private Task<IReadOnlyList<Run>> ListAsync(TenantId tenant, IReadOnlyList<object> states, CancellationToken cancellationToken) =>
        client.ListRunsAsync(
            new RunQuery(tenant, new FilterCondition("state", FilterOperator.In, states), Limit: Rows), cancellationToken);
}
