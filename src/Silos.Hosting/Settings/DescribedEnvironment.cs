using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>
/// What the environment says in the words of the described systems. Anything said in our own words (<c>Silos__…</c>, a file
/// that comes later, an argument) has precedence.
/// </summary>
internal sealed class DescribedEnvironment : IConfigurationSource
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _origins = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _problems = [];
    private readonly List<string> _notes = [];

    private DescribedEnvironment(JobSwitches switches) => Switches = switches;

    /// <summary>Gets what is wrong: variable, value, and what would be right.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Gets what has to be told at start.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Gets the jobs that are switched off.</summary>
    public JobSwitches Switches { get; }

    /// <summary>Reads an environment.</summary>
    public static DescribedEnvironment Read(IReadOnlyDictionary<string, string> variables)
    {
        var described = new DescribedEnvironment(JobSwitches.Read(variables));
        foreach (var name in DescribedNames.All)
        {
            foreach (var written in name.Names)
            {
                if (variables.TryGetValue(written, out var value) && value.Trim().Length > 0)
                {
                    described.Add(written, value.Trim(), name.Read(value.Trim()));
                }
            }
        }

        described.CheckRunner(variables);
        return described;
    }

    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new DescribedEnvironmentProvider(_settings, _origins);

    private void Add(string name, string value, DescribedValue meaning)
    {
        if (meaning.Problem is { } problem)
        {
            _problems.Add($"{name} '{FieldProblem.Shorten(value)}' {problem}.");
        }

        if (meaning.Note is { } note)
        {
            _notes.Add($"{name}={FieldProblem.Shorten(value)}: {note}.");
        }

        foreach (var (key, text) in meaning.Settings)
        {
            if (_settings.TryAdd(key, text))
            {
                _origins[key] = name;
            }
            else if (_settings[key] != text)
            {
                _problems.Add($"{name} '{FieldProblem.Shorten(value)}' and {_origins[key]} set the same thing ({key}) differently; give one of them.");
            }
        }
    }

    private void CheckRunner(IReadOnlyDictionary<string, string> variables)
    {
        if (variables.TryGetValue("JOB_RUNNER_TYPE", out var type)
            && type.Trim().Equals("temporal", StringComparison.OrdinalIgnoreCase)
            && variables.TryGetValue("JOB_RUNNER_FALLBACK_TO_PGBOSS", out var fallback)
            && SettingValue.Flag(fallback) == false)
        {
            _problems.Add(
                "JOB_RUNNER_TYPE 'temporal' needs a Temporal server, which Silos does not use, and JOB_RUNNER_FALLBACK_TO_PGBOSS "
                + "'false' forbids to run the jobs here; set it to true, or JOB_RUNNER_TYPE to pgboss.");
        }
    }
}
