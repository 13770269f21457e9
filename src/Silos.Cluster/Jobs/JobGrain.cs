using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Silos.Cluster.Runs;
using Silos.Grains;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;

namespace Silos.Cluster.Jobs;

/// <summary>One registered job: what people want of it, and its alarm.</summary>
/// <remarks>
/// Calls interleave: the job's actor puts commands into a line, and every write is conditional on the row's version, so a second
/// activation (which Orleans allows for moments) decides nothing twice. The row kept here only saves reading it again.
/// </remarks>
[Reentrant, GrainType(TypeName)]
internal sealed partial class JobGrain(GrainJobs jobs, ILogger<JobGrain> logger) : Grain, IJobGrain, IJobAlarmGrain, IRemindable
{
    /// <summary>The grain type, by which silos that schedule are told from others.</summary>
    public const string TypeName = "silos.job";

    private JobKey Key => JobKey.Parse(this.GetPrimaryKeyString());

    public async Task<Reply<Job>> RegisterAsync(JobDefinition definition, string source, CancellationToken cancellationToken)
    {
        var reply = await Answers.Of(() =>
        {
            var key = Key;
            return definition.Name == key.Name
                ? jobs.Client.RegisterAsync(key.Tenant, definition, source, Asker.Named, cancellationToken)
                : throw new InvalidException("name", definition.Name.Value, $"must be '{key.Name}', the name in the key of the grain that was called");
        });
        return Taken(reply);
    }

    public Task<Reply<JobView>> GetAsync(CancellationToken cancellationToken) =>
        Answers.Of(() => jobs.Client.GetAsync(Key, cancellationToken));

    public async Task<Reply<RunId>> TriggerAsync(TriggerOptions options, CancellationToken cancellationToken)
    {
        var isTraced = options.TraceParent is { } trace && trace == Asker.Trace;
        var reply = await Answers.Of(() => isTraced
            ? jobs.Client.TriggerTracedAsync(Key, options, cancellationToken)
            : jobs.Client.TriggerAsync(Key, options, cancellationToken));
        _stale = true;
        return reply;
    }

    public async Task<Reply<Run>> TriggerAndWaitAsync(TriggerOptions options, CancellationToken cancellationToken)
    {
        var reply = await Answers.Of(async () =>
        {
            var key = Key;
            var run = await jobs.Client.TriggerAsync(key, options, cancellationToken);
            return await ShortWait.ForAsync(jobs.Client, key.Tenant, run, jobs.Clock, cancellationToken)
                ?? (await jobs.Client.GetRunAsync(key.Tenant, run, cancellationToken)).Run;
        });
        _stale = true;
        return reply;
    }

    public async Task<Reply<Job>> PauseAsync(string by, string? reason, CancellationToken cancellationToken) =>
        Taken(await Answers.Of(() => jobs.Client.PauseAsync(Key, by, reason, cancellationToken)));

    public async Task<Reply<Job>> ResumeAsync(string by, string? reason, CancellationToken cancellationToken) =>
        Taken(await Answers.Of(() => jobs.Client.ResumeAsync(Key, by, reason, cancellationToken)));

    public Task<Reply<int>> CancelAsync(CancelRequest request, CancellationToken cancellationToken) =>
        Answers.Of(() => LiveRuns.CancelAsync(jobs.Client, Key, request, cancellationToken));

    public Task<Reply<IReadOnlyList<PreviewedOccurrence>>> PreviewAsync(DateTimeOffset? from, int count, CancellationToken cancellationToken) =>
        Answers.Of(() => jobs.Client.PreviewAsync(Key, from, count, cancellationToken));

    public async Task<Reply<BackfillResult>> BackfillAsync(
        DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string? request, CancellationToken cancellationToken)
    {
        var reply = await Answers.Of(() => jobs.Client.BackfillAsync(Key, from, to, dryRun, by, request, cancellationToken));
        _stale |= !dryRun;
        return reply;
    }

    public Task<Reply<IReadOnlyList<Blocker>>> ExplainAsync(CancellationToken cancellationToken) =>
        Answers.Of(() => jobs.Client.ExplainAsync(Key, cancellationToken));

    public async Task<Reply> DeleteAsync(CancellationToken cancellationToken)
    {
        var reply = await Answers.Of(() => jobs.Client.DeleteAsync(Key, cancellationToken));
        if (reply.Error is null or { Kind: ReplyErrorKind.NotFound })
        {
            // Also when it was gone already: the reminder of a job that another silo pruned goes with this call.
            await ForgetAsync();
        }

        return reply;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    private Reply<Job> Taken(Reply<Job> reply)
    {
        if (reply.Value is { } row)
        {
            Take(row);
            Arm();
        }

        return reply;
    }
}
