using Silos.Jobs;
using Silos.Secrets;
using Silos.Stores;

namespace Silos.Web.Jobs;

/// <summary>The definitions of jobs with what each changed, for the API and the pages.</summary>
internal sealed class JobHistory(ISilosStore store, Redactor redactor)
{
    /// <summary>Reads a page of them, latest first.</summary>
    /// <param name="key">The job.</param>
    /// <param name="before">Only versions with a lower number; null from the latest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<JobHistoryPage> ReadAsync(JobKey key, long? before, int limit, CancellationToken cancellationToken)
    {
        // One more tells what the last one changed, and whether there are others.
        var found = await store.Jobs.ListDefinitionsAsync(new DefinitionQuery(key, before, limit + 1), cancellationToken);
        var items = new List<JobHistoryItem>(limit);
        for (var i = 0; i < Math.Min(limit, found.Count); i++)
        {
            var version = found[i];
            if (i + 1 == found.Count)
            {
                items.Add(new JobHistoryItem(version, version is { Number: 1, By: not null } ? [] : null));
            }
            else if (DefinitionChanges.Between(found[i + 1].Definition, version.Definition, redactor) is { Count: > 0 } changes)
            {
                items.Add(new JobHistoryItem(version, changes));
            }

            // The same in other words is nothing that anybody did: a newer version of Silos writes more members.
        }

        return new JobHistoryPage(items, found.Count > limit ? found[limit - 1].Number : null);
    }
}

/// <summary>Some of the definitions of a job, latest first.</summary>
/// <param name="Items">The definitions.</param>
/// <param name="Next">Before which number the next page begins, or null if this is the last.</param>
internal sealed record JobHistoryPage(IReadOnlyList<JobHistoryItem> Items, long? Next)
{
    /// <summary>Gets the version that the job has, if it is the first of these; null if a version of Silos has changed the job since that keeps none.</summary>
    public DefinitionVersion? Current(Job job) =>
        Items is [var newest, ..] && newest.Version.Definition.Equals(job.Definition) ? newest.Version : null;
}

/// <summary>A definition with what it changed.</summary>
/// <param name="Version">The definition.</param>
/// <param name="Changes">How it differs from the one before: nothing for the registration, null where the one before is not kept.</param>
internal sealed record JobHistoryItem(DefinitionVersion Version, IReadOnlyList<FieldChange>? Changes)
{
    /// <summary>Gets whether the job was registered with it.</summary>
    public bool IsRegistration => Changes is { Count: 0 };
}
