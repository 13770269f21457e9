using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Makes the jobs of a source exactly those that it names: compares in pages, and writes what differs in one transaction, all or none.</summary>
/// <remarks>
/// Before it, and without changing any definition, is done what is true whether or not the rest comes about: what fell due under the old definitions is
/// decided, and jobs that say what they said are noted as those of this deployment. So whatever goes wrong, doing it again is right.
/// </remarks>
internal sealed partial class JobRegistrar(JobActors actors, JobValidation validation, PauseBoard pauses)
{
    private const int Page = 500;
    private const int Tries = 20;

    private JobServicesOfActor Services => actors.Services;

    private IJobStore Store => actors.Services.Store.Jobs;

    /// <summary>Applies definitions.</summary>
    /// <exception cref="InvalidException">A definition is wrong or two have one name; nothing was written.</exception>
    /// <exception cref="ConflictException">A job of the name comes from another source, or the jobs are being changed by others all the time; nothing was written.</exception>
    public async Task<ApplyResult> ApplyAsync(
        TenantId tenant,
        IReadOnlyList<JobDefinition> definitions,
        string source,
        string? by,
        bool prune,
        bool dryRun,
        CancellationToken cancellationToken)
    {
        Check(definitions);
        for (var tries = 0; tries < Tries; tries++)
        {
            var diff = new Diff();
            foreach (var page in definitions.Chunk(Page))
            {
                await CompareAsync(tenant, page, source, diff, cancellationToken);
            }

            if (diff.Conflicts.Count > 0)
            {
                throw new ConflictException(string.Join(" ", diff.Conflicts), "duplicate");
            }

            await FindRemovedAsync(tenant, definitions, source, diff, cancellationToken);
            if (dryRun || await TryWriteAsync(tenant, diff, new Writing(source, by ?? Services.Process, prune), cancellationToken))
            {
                return new ApplyResult(
                    [.. diff.New.Select(d => d.Name)],
                    [.. diff.Changed.Select(c => new JobChange(c.Definition.Name, Changes(c.Stored, c.Definition)))],
                    [.. diff.Removed.Select(job => job.Key.Name)],
                    diff.Unchanged.Count);
            }
        }

        throw new ConflictException($"The jobs of '{source}' are being changed by others all the time; nothing was written, try again.");
    }

    private void Check(IReadOnlyList<JobDefinition> definitions)
    {
        var problems = new List<FieldProblem>();
        var names = new Dictionary<JobName, int>();
        for (var i = 0; i < definitions.Count; i++)
        {
            var at = i;
            problems.AddRange(validation.Problems(definitions[i]).Select(p => p with { Field = $"jobs[{at}].{p.Field}" }));
            if (!names.TryAdd(definitions[i].Name, i))
            {
                problems.Add(new FieldProblem(
                    $"jobs[{i}].name", definitions[i].Name.Value, $"is already the name of jobs[{names[definitions[i].Name]}]: duplicate names"));
            }
        }

        if (problems.Count > 0)
        {
            throw new InvalidException(problems);
        }
    }

    private async Task CompareAsync(
        TenantId tenant, JobDefinition[] page, string source, Diff diff, CancellationToken cancellationToken)
    {
        var keys = Array.ConvertAll(page, definition => new JobKey(tenant, definition.Name));
        var stored = (await Store.ReadAsync(keys, cancellationToken)).ToDictionary(job => job.Key);
        foreach (var definition in page)
        {
            var actor = new JobActor(new JobKey(tenant, definition.Name), Services);
            if (!stored.TryGetValue(actor.Key, out var job))
            {
                diff.New.Add(definition);
                continue;
            }

            try
            {
                var sameVersion = job.DeploymentVersion == Services.DeploymentVersion && job.Source == source;
                if (!actor.MayChange(job, source) || (sameVersion && job.Definition.Equals(definition) && !actor.MeansSomethingElse(job)))
                {
                    diff.Unchanged.Add(job);
                }
                else if (job.Definition.Equals(definition))
                {
                    diff.Unchanged.Add(job);
                    diff.Newer.Add((job, definition));
                }
                else
                {
                    diff.Changed.Add((job, definition));
                }
            }
            catch (ConflictException conflict)
            {
                diff.Conflicts.Add(conflict.Message);
            }
        }
    }

    private async Task FindRemovedAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, Diff diff, CancellationToken cancellationToken)
    {
        var named = definitions.Select(d => d.Name).ToHashSet();
        JobName? after = null;
        while (true)
        {
            var page = await Store.ListAsync(new JobQuery(tenant, after, Page, Source: source), cancellationToken);
            diff.Removed.AddRange(page.Where(job => !named.Contains(job.Key.Name)));
            if (page.Count < Page)
            {
                return;
            }

            after = page[^1].Key.Name;
        }
    }

    private List<string> Changes(Job stored, JobDefinition definition) =>
        [.. DefinitionChanges.Between(stored.Definition, definition, Services.Redactor).Select(change => change.ToString())];

    /// <summary>In whose name is written, and whether what is not named any more is deleted.</summary>
    private sealed record Writing(string Source, string By, bool Prune);

    private sealed class Diff
    {
        public List<JobDefinition> New { get; } = [];

        public List<(Job Stored, JobDefinition Definition)> Changed { get; } = [];

        public List<(Job Stored, JobDefinition Definition)> Newer { get; } = [];

        public List<Job> Unchanged { get; } = [];

        public List<Job> Removed { get; } = [];

        public List<string> Conflicts { get; } = [];
    }
}
