using System.Text.Json;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Jobs;
using Silos.Schedules;
using Silos.Secrets;

namespace Silos.Hosting;

/// <summary>Reads a jobs file: strict, every mistake at once, each with its line, column and field.</summary>
internal sealed class JobsFileReader
{
    private readonly string _file;
    private readonly JobsFileContext _context;
    private readonly DocumentIndex _index;
    private readonly List<JobsFileProblem> _problems = [];

    private JobsFileReader(string file, JobsFileContext context, DocumentIndex index)
    {
        _file = file;
        _context = context;
        _index = index;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its name, for messages; <c>.json</c> at its end means JSON, anything else YAML.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="context">What it may refer to.</param>
    /// <exception cref="JobsFileException">It is wrong.</exception>
    public static JobsFile Read(string file, ReadOnlySpan<byte> bytes, JobsFileContext context)
    {
        var unreadable = new List<DocumentException>();
        try
        {
            var text = JobsFileText.Decode(bytes);
            var root = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? JsonFileText.Read(text, unreadable)
                : YamlText.Read(text, unreadable);
            if (root is null or { Kind: NodeKind.Null })
            {
                // An editor that empties a file before it writes must not delete every job.
                throw new DocumentException(TextPosition.Start, "the file is empty; write 'jobs: []' if it shall have no jobs");
            }

            var reader = new JobsFileReader(file, context, DocumentIndex.Of(root));
            reader._problems.AddRange(unreadable.Select(reader.Problem));
            return reader.Root(DocumentIndex.ToJson(root));
        }
        catch (DocumentException exception)
        {
            unreadable.Add(exception);
            throw new JobsFileException(
                [.. unreadable.Select(problem => new JobsFileProblem(file, problem.Position, problem.Field, problem.Message))]);
        }
    }

    private JobsFile Root(JsonElement element)
    {
        var problems = new List<FieldProblem>();
        if (JsonFields.Open(element, string.Empty, problems, "a map with 'jobs', and 'schedules' and 'calendars' if wanted") is not { } root)
        {
            throw Refused(problems.Select(problem => problem with { Field = string.Empty }));
        }

        var names = JobsFileNames.Schedules(root, problems);
        var calendars = JobsFileNames.Calendars(root, problems);
        var environment = _context.Environment with
        {
            NamedSchedules = Merge(_context.Environment.NamedSchedules, names),
            Calendars = Merge(_context.Environment.Calendars, calendars),
        };
        CheckNames(names, environment);
        var jobs = Jobs(root, environment, problems);
        root.Close();
        return problems.Count == 0 && _problems.Count == 0
            ? new JobsFile(names, calendars, jobs)
            : throw Refused(problems);
    }

    private List<JobDefinition> Jobs(JsonFields root, ScheduleEnvironment environment, List<FieldProblem> problems)
    {
        var jobs = new List<JobDefinition>();
        if (!root.TryGet("jobs", out var list))
        {
            problems.Add(new FieldProblem("jobs", null, "is required; write 'jobs: []' if there shall be none"));
            return jobs;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add(JsonFields.Wrong("jobs", list, "a list of jobs, each beginning with '- name: …'"));
            return jobs;
        }

        var firsts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, element) in list.EnumerateArray().Index())
        {
            var path = $"jobs[{index}]";
            CheckUnique(element, path, index, firsts, problems);
            if (JobDocument.Read(element, path, null, problems) is { } definition)
            {
                jobs.Add(Overlap(definition, element));
                CheckSchedules(definition, path, environment);
                CheckHandler(definition, path, problems);
                CheckSecrets(definition, path, problems);
            }
        }

        return jobs;
    }

    private void CheckUnique(
        JsonElement element, string path, int index, Dictionary<string, int> firsts, List<FieldProblem> problems)
    {
        if (element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty("name", out var name)
            && name.ValueKind == JsonValueKind.String
            && !firsts.TryAdd(name.GetString()!, index))
        {
            var first = firsts[name.GetString()!];
            problems.Add(new FieldProblem(
                $"{path}.name",
                FieldProblem.Shorten(name.GetString()),
                $"is already the name of jobs[{first}] on line {_index.Find($"jobs[{first}].name").Line}; names are unique in a file"));
        }
    }

    private JobDefinition Overlap(JobDefinition definition, JsonElement element) =>
        element.TryGetProperty("overlap", out var given) && given.ValueKind != JsonValueKind.Null
            ? definition
            : definition with { Overlap = definition.Overlap with { Mode = _context.DefaultOverlap } };

    private void CheckSchedules(JobDefinition job, string path, ScheduleEnvironment environment)
    {
        for (var i = 0; i < job.Schedules.Count; i++)
        {
            if (!IsElsewhere(job.Schedules[i], environment)
                && !CompiledSchedule.TryCompile(job.Schedules[i], environment, job.Name.Value, out _, out var problem))
            {
                Report($"{path}.schedules[{i}]", problem);
            }
        }
    }

    private bool IsElsewhere(ScheduleSpec spec, ScheduleEnvironment environment) => _context.NamesElsewhere
        && (spec.Expression.StartsWith("@function", StringComparison.Ordinal)
            || (spec.Expression.StartsWith(JobsFileNames.SchedulePrefix, StringComparison.Ordinal) && !environment.NamedSchedules.ContainsKey(spec.Expression))
            || spec.Calendars.Any(calendar => !environment.Calendars.ContainsKey(calendar)));

    private void CheckNames(IReadOnlyDictionary<string, string> names, ScheduleEnvironment environment)
    {
        foreach (var (name, expression) in names)
        {
            if (!CompiledSchedule.TryCompile(expression, environment with { NamedSchedules = Nothing }, name, out _, out var problem))
            {
                Report($"schedules.{name}", problem);
            }
        }
    }

    private void CheckHandler(JobDefinition job, string path, List<FieldProblem> problems)
    {
        if (_context.Handlers is not { } handlers)
        {
            return;
        }

        if (!handlers.TryGetValue(job.Handler, out var handler))
        {
            problems.Add(new FieldProblem(
                $"{path}.handler",
                null,
                $"No handler registered for job: {FieldProblem.Shorten(job.Handler)} (registered: {string.Join(", ", handlers.Keys.Order(StringComparer.Ordinal))})"));
        }
        else if (handler.Check(job.Payload ?? default) is { } problem)
        {
            problems.Add(problem with { Field = $"{path}.{problem.Field}" });
        }
    }

    /// <summary>A file that a process reads is the truth: what stands in it for a secret that was not shown stands for nothing.</summary>
    private void CheckSecrets(JobDefinition job, string path, List<FieldProblem> problems)
    {
        if (_context.Handlers is null || job.Payload is not { } payload)
        {
            return;
        }

        try
        {
            _ = Redactor.Restore(payload, null, $"{path}.payload");
        }
        catch (InvalidException exception)
        {
            problems.AddRange(exception.Problems);
        }
    }

    private static readonly Dictionary<string, string> Nothing = [];

    private void Report(string path, ScheduleProblem problem)
    {
        var field = problem.Field is "timeZone" or "daylightSaving" or "startAt" or "endAt" or "maxOccurrences" or "jitter" or "calendars"
            ? Specific(path, problem.Field)
            : path;
        _problems.Add(new JobsFileProblem(_file, _index.Find(field, problem.Position), field, problem.Message.TrimEnd('.')));
    }

    // An option of a schedule may be written at the schedule or, for all of them, at the job.
    private string Specific(string path, string field)
    {
        var own = $"{path}.{field}";
        var job = $"{path[..path.LastIndexOf('.')]}.{field}";
        return !_index.Has(own) && _index.Has(job) ? job : own;
    }

    private JobsFileProblem Problem(DocumentException exception) =>
        new(_file, exception.Position, exception.Field, exception.Message);

    private JobsFileException Refused(IEnumerable<FieldProblem> problems) => new(
    [
        .. _problems,
        .. problems.Select(problem => JobsFileProblem.Of(
            _file,
            _index.Find(
                problem.Field, problem.Position, key: problem.Problem.StartsWith("is not known", StringComparison.Ordinal)),
            problem)),
    ]);

    private static Dictionary<string, T> Merge<T>(IReadOnlyDictionary<string, T> under, IReadOnlyDictionary<string, T> over)
    {
        var merged = new Dictionary<string, T>(under, StringComparer.Ordinal);
        foreach (var (key, value) in over)
        {
            merged[key] = value;
        }

        return merged;
    }
}
