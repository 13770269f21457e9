using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Makes the jobs of a source exactly those that it names: compares in pages, writes what differs, prunes inside the source.</summary>
internal sealed class JobRegistrar(JobActors actors, JobValidation validation, PauseBoard pauses)
{
    private const int Page = 500;

    private JobServicesOfActor Services => actors.Services;

    private IJobStore Store => actors.Services.Store.Jobs;

    /// <summary>Applies definitions.</summary>
    /// <exception cref="InvalidException">A definition is wrong or two have one name; nothing was written.</exception>
    /// <exception cref="ConflictException">A job of the name comes from another source; nothing was written.</exception>
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
        var diff = new Diff();
        foreach (var page in definitions.Chunk(Page))
        {
            await CompareAsync(tenant, page, source, diff, cancellationToken);
        }

        if (diff.Conflicts.Count > 0)
        {
            throw new ConflictException(string.Join(" ", diff.Conflicts), "duplicate");
        }

        var removed = await FindRemovedAsync(tenant, definitions, source, cancellationToken);
        if (!dryRun)
        {
            await WriteAsync(tenant, diff, new Writing(source, by ?? Services.Process), cancellationToken);
            if (prune)
            {
                await PruneAsync(removed, source, cancellationToken);
            }
        }

        return new ApplyResult(
            [.. diff.New.Select(d => d.Name)],
            [.. diff.Changed.Select(c => new JobChange(c.Definition.Name, Changes(c.Stored, c.Definition)))],
            [.. removed.Select(job => job.Key.Name)],
            diff.Unchanged.Count);
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

    private async Task<List<Job>> FindRemovedAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, CancellationToken cancellationToken)
    {
        var named = definitions.Select(d => d.Name).ToHashSet();
        var removed = new List<Job>();
        JobName? after = null;
        while (true)
        {
            var page = await Store.ListAsync(new JobQuery(tenant, after, Page, Source: source), cancellationToken);
            removed.AddRange(page.Where(job => !named.Contains(job.Key.Name)));
            if (page.Count < Page)
            {
                return removed;
            }

            after = page[^1].Key.Name;
        }
    }

    private List<string> Changes(Job stored, JobDefinition definition) =>
        [.. DefinitionChanges.Between(stored.Definition, definition, Services.Redactor).Select(change => change.ToString())];

    private async Task WriteAsync(TenantId tenant, Diff diff, Writing writing, CancellationToken cancellationToken)
    {
        foreach (var page in diff.New.Chunk(Page))
        {
            foreach (var definition in page)
            {
                await Services.Startups.RememberAsync(new JobKey(tenant, definition.Name), definition, cancellationToken);
            }

            var rows = page.Select(d => new JobActor(new JobKey(tenant, d.Name), Services).New(d, writing.Source)).ToArray();
            await SaveAsync(tenant, page, rows, writing, writing.By, cancellationToken);
        }

        await ChangeAsync(tenant, diff.Changed, writing, writing.By, cancellationToken);

        // These say what they said; it is a newer deployment that says it.
        await ChangeAsync(tenant, diff.Newer, writing, null, cancellationToken);
    }

    /// <summary>Where nothing is undecided under the old schedules, many are changed in one write; the others one by one.</summary>
    private async Task ChangeAsync(
        TenantId tenant, List<(Job Stored, JobDefinition Definition)> changed, Writing writing, string? definedBy, CancellationToken cancellationToken)
    {
        var now = Services.Now;
        var suspended = pauses.IsSuspended(tenant);
        foreach (var page in changed.Chunk(Page))
        {
            foreach (var (stored, definition) in page)
            {
                if (JobSources.IsRenamed(stored.Source, writing.Source))
                {
                    JobLog.TakenOver(Services.Logger, stored.Key, stored.Source, writing.Source);
                }

                await Services.Startups.RememberAsync(new JobKey(tenant, definition.Name), definition, cancellationToken);
            }

            var quiet = page.Where(c => c.Stored.IsActive && !suspended && !(c.Stored.NextDue <= now)).ToArray();
            await SaveAsync(
                tenant,
                [.. quiet.Select(c => c.Definition)],
                [.. quiet.Select(c => new JobActor(c.Stored.Key, Services).Changed(c.Stored, c.Definition, writing.Source))],
                writing,
                definedBy,
                cancellationToken);
            foreach (var (_, definition) in page.Except(quiet))
            {
                await RegisterAsync(tenant, definition, writing, cancellationToken);
            }
        }
    }

    private async Task SaveAsync(
        TenantId tenant, JobDefinition[] definitions, Job[] rows, Writing writing, string? definedBy, CancellationToken cancellationToken)
    {
        if (rows.Length == 0)
        {
            return;
        }

        var saved = await Store.TrySaveManyAsync(rows, definedBy, cancellationToken);
        for (var i = 0; i < rows.Length; i++)
        {
            if (saved[i] is { } job)
            {
                Services.Report.Starting(job);
            }
            else
            {
                await RegisterAsync(tenant, definitions[i], writing, cancellationToken);
            }
        }
    }

    private Task<Job> RegisterAsync(TenantId tenant, JobDefinition definition, Writing writing, CancellationToken cancellationToken) =>
        actors.UseAsync(
            new JobKey(tenant, definition.Name), actor => actor.RegisterAsync(definition, writing.Source, writing.By, cancellationToken));

    private async Task PruneAsync(List<Job> removed, string source, CancellationToken cancellationToken)
    {
        foreach (var job in removed)
        {
            if (new JobActor(job.Key, Services).MayChange(job, source))
            {
                await actors.UseAsync(job.Key, actor => actor.DeleteAsync(cancellationToken));
            }
        }
    }

    /// <summary>In whose name is written.</summary>
    private sealed record Writing(string Source, string By);

    private sealed class Diff
    {
        public List<JobDefinition> New { get; } = [];

        public List<(Job Stored, JobDefinition Definition)> Changed { get; } = [];

        public List<(Job Stored, JobDefinition Definition)> Newer { get; } = [];

        public List<Job> Unchanged { get; } = [];

        public List<string> Conflicts { get; } = [];
    }
}
