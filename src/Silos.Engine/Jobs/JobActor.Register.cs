using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>Registering and changing a job.</summary>
internal sealed partial class JobActor
{
    /// <summary>
    /// Registers the job or changes it. What fell due under the old schedules is decided by them; new schedules count from now.
    /// A definition from a newer deployment stays, and one from another source is never overwritten.
    /// </summary>
    /// <exception cref="ConflictException">The job comes from another source.</exception>
    public Task<Job> RegisterAsync(JobDefinition definition, string source, string? by, CancellationToken cancellationToken) => DoAsync(
        async () =>
        {
            await services.Startups.RememberAsync(Key, definition, cancellationToken);
            for (var tries = 0; tries < Tries; tries++)
            {
                var stored = await Store.FindAsync(Key, cancellationToken);
                var saved = stored is null
                    ? await SaveAsync(New(definition, source), cancellationToken, by ?? services.Process)
                    : await UpdateAsync(stored, definition, source, by ?? services.Process, cancellationToken);
                if (saved is null)
                {
                    continue;
                }

                if (saved.Version != stored?.Version)
                {
                    JobLog.Registered(Logger, Key, source, stored is null ? "new" : string.Join("; ", DefinitionChanges.Between(stored.Definition, definition, services.Redactor)));
                    services.Report.Starting(saved);
                }

                return saved;
            }

            throw TooBusy();
        },
        cancellationToken);

    /// <summary>
    /// Decides what fell due under the stored definition, before <paramref name="definition"/> takes its place. Gives the row as it is then; null if the
    /// job is gone, or another writer was faster.
    /// </summary>
    public Task<Job?> SettleForAsync(JobDefinition definition, CancellationToken cancellationToken) => DoAsync(
        async () => await Store.FindAsync(Key, cancellationToken) is { } stored
            ? await SettleOldAsync(stored, definition, services.Now, cancellationToken)
            : null,
        cancellationToken);

    /// <summary>Makes the row of a job that is registered for the first time.</summary>
    public Job New(JobDefinition definition, string source)
    {
        var now = services.Now;
        var job = new Job
        {
            Key = Key,
            Definition = definition,
            Source = source,
            DeploymentVersion = services.DeploymentVersion,
            CreatedAt = now,
            UpdatedAt = now,
            Cursor = now,
            Counts = new long[definition.Schedules.Count],
            Pause = source == JobSources.Api && services.Switch?.OffBecause(Key.Name) is { } reason
                ? new Pause(Pause.ByEnvironment, reason, now)
                : null,

            // What somebody registers over HTTP begins with the next start; what belongs to this process begins with this one.
            RebootMark = JobSources.IsWish(source) ? services.Planner.Start.Mark : null,
        };
        return job with { NextDue = services.Planner.NextDue(job) };
    }

    /// <summary>Makes the changed row, if nothing that fell due under the old definition is undecided.</summary>
    public Job Changed(Job stored, JobDefinition definition, string source)
    {
        var now = services.Now;
        var sameTimes = stored.Definition.Schedules.SequenceEqual(definition.Schedules)
            && (stored.NextDue is null || !MeansSomethingElse(stored));
        var job = stored with
        {
            Definition = definition,
            Source = source,
            DeploymentVersion = services.DeploymentVersion,
            UpdatedAt = stored.Definition.Equals(definition) ? stored.UpdatedAt : now,
            Cursor = sameTimes || stored.Cursor > now ? stored.Cursor : now,
            Counts = sameTimes ? stored.Counts : [.. definition.Schedules.Select(spec => Count(stored, spec))],
        };
        return job with { NextDue = services.Planner.NextDue(job) };
    }

    /// <summary>
    /// Tells whether the schedules, though written as before, have come to mean something else: a named schedule, the
    /// default zone or a function changed. What is overdue is decided first.
    /// </summary>
    public bool MeansSomethingElse(Job stored) =>
        stored.IsActive
        && !(stored.NextDue <= services.Now)
        && stored.Definition.Startup == StartupMode.None
        && !services.Planner.IsSuspended(stored)
        && !Array.Exists(services.Planner.World.Compile(stored.Definition), s => s is null or { IsReboot: true } or { DependsOnRunEnd: true })
        && services.Planner.NextDue(stored) != stored.NextDue;

    /// <summary>Tells whether a definition may take the place of the stored one.</summary>
    /// <exception cref="ConflictException">The job comes from another source.</exception>
    public bool MayChange(Job stored, string source)
    {
        if (stored.Source != source && !JobSources.IsRenamed(stored.Source, source))
        {
            throw new ConflictException(
                $"Job '{Key.Name}' is registered by '{stored.Source}' and cannot be registered by '{source}' as well. Change it "
                + $"there, delete it first, or choose another name.",
                "duplicate");
        }

        if (JobSources.IsWish(source) || DeploymentVersions.Compare(services.DeploymentVersion, stored.DeploymentVersion) >= 0)
        {
            return true;
        }

        JobLog.OlderVersion(Logger, Key, stored.DeploymentVersion, services.DeploymentVersion);
        return false;
    }

    private static long Count(Job stored, Silos.Schedules.ScheduleSpec spec)
    {
        for (var i = 0; i < stored.Definition.Schedules.Count && i < stored.Counts.Count; i++)
        {
            if (stored.Definition.Schedules[i].Equals(spec))
            {
                return stored.Counts[i];
            }
        }

        return 0;
    }

    private async Task<Job?> UpdateAsync(Job stored, JobDefinition definition, string source, string by, CancellationToken cancellationToken)
    {
        if (!MayChange(stored, source))
        {
            return stored;
        }

        if (stored.Definition.Equals(definition))
        {
            return stored.DeploymentVersion == services.DeploymentVersion && stored.Source == source && !MeansSomethingElse(stored)
                ? stored
                : await SaveAsync(Changed(stored, definition, source), cancellationToken);
        }

        var now = services.Now;
        var settled = await SettleOldAsync(stored, definition, now, cancellationToken);
        return settled is null ? null : await SaveAsync(Changed(settled, definition, source), cancellationToken, by);
    }

    private async Task<Job?> SettleOldAsync(Job stored, JobDefinition definition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stopped = new PausedTime(stored.Cursor, now);
        var suspended = services.Planner.IsSuspended(stored);
        if (stored.IsActive && !suspended)
        {
            return await SettleAsync(stored, now, cancellationToken);
        }

        // Switched on again: what fell due while it was off is decided as after a pause.
        if (stored.Pause is null && definition.Enabled && !suspended)
        {
            return await SettleAsync(stored, now, cancellationToken, Awake, [stopped]);
        }

        // The old times go away while nothing may run: they are written down as skipped.
        return stored.Definition.Schedules.SequenceEqual(definition.Schedules)
            ? stored
            : await SettleAsync(stored, now, cancellationToken, Awake, [stopped], CatchUpMode.None);

        static Job Awake(Job job) => job with { Pause = null, Definition = job.Definition with { Enabled = true } };
    }
}
