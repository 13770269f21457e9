using System.Reflection;
using Silos.Jobs;

namespace Silos.Hosting.Tests.JobsFiles;

/// <summary>A client that remembers what was applied, and diffs as the real one does; nothing else works.</summary>
public class RecordingClient : DispatchProxy
{
    private readonly Dictionary<string, (JobDefinition Definition, string Source)> _jobs = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what the next call throws.</summary>
    public Exception? Failure { get; set; }

    public IEnumerable<string> Jobs => _jobs.Keys.Order(StringComparer.Ordinal);

    public int Applied { get; private set; }

    public JobDefinition this[string name] => _jobs[name].Definition;

    public static (ISilosClient Client, RecordingClient Recorded) Make()
    {
        var client = Create<ISilosClient, RecordingClient>();
        return (client, (RecordingClient)(object)client);
    }

    public void Add(string name, string source) =>
        _jobs[name] = (new JobDefinition { Name = JobName.Parse(name), Handler = "work" }, source);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(ISilosClient.ApplyAsync) => Apply((IReadOnlyList<JobDefinition>)args![1]!, (string)args[2]!),
        nameof(ISilosClient.ListAsync) => Task.FromResult<IReadOnlyList<JobView>>([.. _jobs.Values.Select(View)]),
        _ => throw new NotSupportedException(targetMethod.Name),
    };

    private static JobView View((JobDefinition Definition, string Source) job) => new(
        new Job
        {
            Key = new JobKey(TenantId.Default, job.Definition.Name),
            Definition = job.Definition,
            Source = job.Source,
            CreatedAt = default,
            UpdatedAt = default,
            Cursor = default,
        },
        0,
        0);

    private Task<ApplyResult> Apply(IReadOnlyList<JobDefinition> definitions, string source)
    {
        if (Failure is { } failure && source.StartsWith("file:", StringComparison.Ordinal))
        {
            Failure = null;
            return Task.FromException<ApplyResult>(failure);
        }

        Applied++;
        var added = new List<JobName>();
        var changed = new List<JobChange>();
        foreach (var definition in definitions)
        {
            if (!_jobs.TryGetValue(definition.Name.Value, out var old))
            {
                added.Add(definition.Name);
            }
            else if (old.Definition != definition)
            {
                changed.Add(new JobChange(definition.Name, ["priority: 0 → 1"]));
            }

            _jobs[definition.Name.Value] = (definition, source);
        }

        var removed = _jobs.Where(job => job.Value.Source == source && definitions.All(d => d.Name.Value != job.Key))
            .Select(job => job.Value.Definition.Name).ToList();
        removed.ForEach(name => _jobs.Remove(name.Value));
        return Task.FromResult(new ApplyResult(added, changed, removed, definitions.Count - added.Count - changed.Count));
    }
}
