using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Remembers which jobs run when a process starts, so that a start need not read all jobs.</summary>
/// <remarks>
/// A setting (kind <c>startup</c>) for each, written before the job is: one too many is harmless, because the job itself is
/// looked at when the process starts.
/// </remarks>
internal sealed class StartupJobs(ISilosStore store, ScheduleWorld world)
{
    private const string Kind = "startup";

    /// <summary>Tells whether a definition runs at start.</summary>
    public bool IsOne(JobDefinition definition) =>
        definition.Startup != StartupMode.None
        || (definition.Schedules.Count > 0 && Array.Exists(world.Compile(definition), s => s is { IsReboot: true }));

    /// <summary>Notes a job if it runs at start.</summary>
    public async Task RememberAsync(JobKey key, JobDefinition definition, CancellationToken cancellationToken)
    {
        if (IsOne(definition))
        {
            await store.Settings.ChangeAsync(
                Kind, key.ToString(), value => value.IsNull ? JsonText.From(true) : null, cancellationToken);
        }
    }

    /// <summary>Forgets a job that was deleted.</summary>
    public async Task ForgetAsync(JobKey key, CancellationToken cancellationToken)
    {
        if (await store.Settings.FindAsync(Kind, key.ToString(), cancellationToken) is { } noted)
        {
            // Whoever writes it in between wants it to stay.
            await store.Settings.TryDeleteAsync(Kind, key.ToString(), noted.Version, cancellationToken);
        }
    }

    /// <summary>Lists the jobs that run at start.</summary>
    public async Task<IReadOnlyList<JobKey>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. (await store.Settings.ListAsync(Kind, cancellationToken))
            .Where(setting => !setting.Value.IsNull)
            .Select(setting => JobKey.Parse(setting.Key)),
    ];
}
