using Silos.Engine;
using Silos.Jobs;

namespace Silos.Hosting;

/// <summary>Jobs that the environment switches off: <c>ENABLE_MY_CUSTOM_JOB=false</c>.</summary>
internal sealed class JobSwitches : IJobSwitch
{
    // Switches of other things than a job.
    private static readonly string[] Taken = ["ENABLE_SYSTEM_QUEUE_CRON"];

    private readonly Dictionary<string, string> _off = new(StringComparer.Ordinal);

    /// <summary>Switches nothing off.</summary>
    public static JobSwitches None { get; } = new();

    /// <summary>Gets the variables that switch something off.</summary>
    public IEnumerable<string> Variables => _off.Values;

    /// <summary>Reads an environment. As in the described system, only <c>false</c> switches off.</summary>
    public static JobSwitches Read(IReadOnlyDictionary<string, string> variables)
    {
        var switches = new JobSwitches();
        foreach (var (name, value) in variables)
        {
            if (name.StartsWith(DescribedNames.SwitchPrefix, StringComparison.Ordinal)
                && !Taken.Contains(name)
                && value.Trim().Equals("false", StringComparison.OrdinalIgnoreCase))
            {
                switches._off[name[DescribedNames.SwitchPrefix.Length..]] = name;
            }
        }

        return switches;
    }

    /// <summary>Finds the variable that switches a job off, or null.</summary>
    public string? VariableFor(JobName job)
    {
        var name = Normalise(job.Value);
        return _off.GetValueOrDefault(name) ?? _off.GetValueOrDefault(name + DescribedNames.CronSuffix);
    }

    /// <inheritdoc/>
    public string? OffBecause(JobName job) => VariableFor(job) is { } variable ? $"{variable}=false" : null;

    /// <summary>Disables a job if the environment says so.</summary>
    public JobDefinition Apply(JobDefinition definition) =>
        VariableFor(definition.Name) is null ? definition : definition with { Enabled = false };

    private static string Normalise(string name) => string.Concat(
        name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
}
