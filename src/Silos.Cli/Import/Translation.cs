using System.Text.Json;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Schedules;

namespace Silos.Cli.Import;

/// <summary>The jobs that come out of an import, and what has no equivalent.</summary>
internal sealed class Translation(string? timeZone, bool systemCrontab)
{
    private const int LongestName = 100;

    private readonly List<JobDocument> _jobs = [];
    private readonly List<string> _remarks = [];

    /// <summary>Gets the zone that all jobs shall have; null for what the file says.</summary>
    public string? TimeZone { get; } = timeZone;

    /// <summary>Gets whether lines of a crontab name a user.</summary>
    public bool SystemCrontab { get; } = systemCrontab;

    /// <summary>Gets the jobs.</summary>
    public IReadOnlyList<JobDocument> Jobs => _jobs;

    /// <summary>Gets what a person has to know or do.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>Gets how many definitions could not be translated.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Adds a job if a jobs file may have it, under its name or one like it that is free.</summary>
    /// <param name="job">The job.</param>
    /// <param name="place">Where it was found, for remarks.</param>
    public void Add(JobDocument job, string place)
    {
        job = job with { Name = FreeName(job.Name!) };
        if (TimeZone is not null)
        {
            job = job with { Schedules = [.. (job.Schedules ?? []).Select(schedule => schedule with { TimeZone = TimeZone })] };
        }

        if (ProblemOf(job) is { } problem)
        {
            LeaveOut(place, problem);
        }
        else
        {
            _jobs.Add(job);
        }
    }

    /// <summary>Says that a definition is left out, and why.</summary>
    public void LeaveOut(string place, string why)
    {
        LeftOut++;
        _remarks.Add($"{place}: left out: {why}");
    }

    /// <summary>Says something that a person has to know, once.</summary>
    public void Remark(string remark)
    {
        if (!_remarks.Contains(remark))
        {
            _remarks.Add(remark);
        }
    }

    /// <summary>Makes a name of whatever there is: no slashes, no control characters, at most 100 characters.</summary>
    public static string NameOf(string text)
    {
        var name = string.Concat(text.Select(c => c == '/' || char.IsControl(c) ? '-' : c)).Trim();
        return name.Length == 0 ? "job" : name.Length > LongestName ? name[..LongestName].TrimEnd() : name;
    }

    private string FreeName(string wanted)
    {
        var name = NameOf(wanted);
        for (var i = 2; _jobs.Exists(job => job.Name == name); i++)
        {
            var end = $"-{i}";
            name = string.Concat(NameOf(wanted).AsSpan(0, Math.Min(NameOf(wanted).Length, LongestName - end.Length)), end);
        }

        return name;
    }

    private static string? ProblemOf(JobDocument job)
    {
        var problems = new List<FieldProblem>();
        var json = JsonSerializer.SerializeToElement(job, ClientJson.Default.JobDocument);
        if (JobDocument.Read(json, string.Empty, null, problems) is not { } definition)
        {
            return string.Join(" ", problems);
        }

        foreach (var spec in definition.Schedules)
        {
            if (!CompiledSchedule.TryCompile(spec, ScheduleEnvironment.Empty, definition.Name.Value, out _, out var problem))
            {
                return $"'{spec.Expression}': {problem.Message.TrimEnd('.')}";
            }
        }

        return null;
    }
}
