using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Writing what differs.</summary>
internal sealed partial class JobRegistrar
{
    /// <summary>Writes everything, or nothing: false when somebody else changed one of the jobs meanwhile.</summary>
    private async Task<bool> TryWriteAsync(TenantId tenant, Diff diff, Writing writing, CancellationToken cancellationToken)
    {
        foreach (var definition in diff.New.Concat(diff.Changed.Concat(diff.Newer).Select(c => c.Definition)))
        {
            await Services.Startups.RememberAsync(new JobKey(tenant, definition.Name), definition, cancellationToken);
        }

        await NoteNewerAsync(tenant, diff.Newer, writing, cancellationToken);
        var removed = diff.Removed.FindAll(job => writing.Prune && new JobActor(job.Key, Services).MayChange(job, writing.Source));
        var keys = diff.New.Select(d => new JobKey(tenant, d.Name))
            .Concat(diff.Changed.Select(c => c.Stored.Key))
            .Concat(removed.Select(job => job.Key))
            .ToList();
        if (keys.Count == 0)
        {
            return true;
        }

        var settled = await SettleAsync(diff.Changed, cancellationToken);
        var saved = await Store.TryChangeManyAsync(
            keys, stored => Decide(tenant, diff, removed, settled, writing, stored.ToDictionary(job => job.Key)), writing.By, cancellationToken);
        if (saved is null)
        {
            return false;
        }

        TellTakenOver(diff.Changed, writing);
        foreach (var job in saved)
        {
            Services.Report.Starting(job);
        }

        foreach (var job in removed)
        {
            await ForgetAsync(job.Key);
        }

        return true;
    }

    /// <summary>Decides what fell due under definitions that are about to be changed. Tells the version that a job had after it.</summary>
    private async Task<Dictionary<JobKey, long>> SettleAsync(
        List<(Job Stored, JobDefinition Definition)> changed, CancellationToken cancellationToken)
    {
        var settled = new Dictionary<JobKey, long>();
        foreach (var (stored, definition) in changed)
        {
            if ((!IsOn(stored) || stored.NextDue <= Services.Now) && await actors.UseAsync(stored.Key, actor => actor.SettleForAsync(definition, cancellationToken)) is { } row)
            {
                settled.Add(stored.Key, row.Version);
            }
        }

        return settled;
    }

    /// <summary>Makes the rows, if the jobs are still as they were when they were compared, and nothing fell due meanwhile.</summary>
    private JobChanges? Decide(
        TenantId tenant, Diff diff, List<Job> removed, Dictionary<JobKey, long> settled, Writing writing, Dictionary<JobKey, Job> stored)
    {
        var saves = new List<Job>(diff.New.Count + diff.Changed.Count);
        foreach (var definition in diff.New)
        {
            var key = new JobKey(tenant, definition.Name);
            if (stored.ContainsKey(key))
            {
                return null;
            }

            saves.Add(new JobActor(key, Services).New(definition, writing.Source));
        }

        foreach (var (before, definition) in diff.Changed)
        {
            if (!stored.TryGetValue(before.Key, out var now) || !IsSame(before, now)
                || (IsOn(now) ? now.NextDue <= Services.Now : settled.GetValueOrDefault(now.Key) != now.Version))
            {
                return null;
            }

            saves.Add(new JobActor(before.Key, Services).Changed(now, definition, writing.Source));
        }

        var gone = new List<Job>(removed.Count);
        foreach (var before in removed)
        {
            if (!stored.TryGetValue(before.Key, out var now) || !IsSame(before, now))
            {
                return null;
            }

            gone.Add(now);
        }

        return new JobChanges(saves, gone);

        static bool IsSame(Job before, Job now) =>
            now.Source == before.Source && now.DeploymentVersion == before.DeploymentVersion && now.Definition.Equals(before.Definition);
    }

    /// <summary>Tells whether a job falls due at all right now; what is due of one that does not is decided by how it comes to be on again.</summary>
    private bool IsOn(Job stored) => stored.IsActive && !pauses.IsSuspended(stored.Key.Tenant);

    private void TellTakenOver(IEnumerable<(Job Stored, JobDefinition Definition)> changed, Writing writing)
    {
        foreach (var (stored, _) in changed.Where(c => JobSources.IsRenamed(c.Stored.Source, writing.Source)))
        {
            JobLog.TakenOver(Services.Logger, stored.Key, stored.Source, writing.Source);
        }
    }

    /// <summary>Notes that jobs that say what they said are those of a newer deployment. A job that somebody else writes meanwhile is looked at again, alone.</summary>
    private async Task NoteNewerAsync(
        TenantId tenant, List<(Job Stored, JobDefinition Definition)> newer, Writing writing, CancellationToken cancellationToken)
    {
        foreach (var page in newer.Chunk(Page))
        {
            var rows = Array.ConvertAll(page, c => new JobActor(c.Stored.Key, Services).Changed(c.Stored, c.Definition, writing.Source));
            TellTakenOver(page, writing);
            var saved = await Store.TrySaveManyAsync(rows, null, cancellationToken);
            for (var i = 0; i < rows.Length; i++)
            {
                if (saved[i] is { } job)
                {
                    Services.Report.Starting(job);
                }
                else
                {
                    var definition = page[i].Definition;
                    await actors.UseAsync(
                        new JobKey(tenant, definition.Name), actor => actor.RegisterAsync(definition, writing.Source, writing.By, cancellationToken));
                }
            }
        }
    }

    private async Task ForgetAsync(JobKey key)
    {
        JobLog.Deleted(Services.Logger, key);
        try
        {
            await Services.Startups.ForgetAsync(key, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The job is gone, and that is told; the note is looked at when a process starts, and found to be of no job.
            JobLog.NotForgotten(Services.Logger, key, exception);
        }
    }
}
