using Microsoft.Extensions.Options;

namespace Silos.Hosting;

/// <summary>Finds the jobs file: the one that is named, else <c>silos.yaml</c>, <c>silos.yml</c> or <c>silos.json</c> in the working directory.</summary>
internal sealed class JobsFileLocator(IOptions<HostSettings> settings, HostDirectory directory)
{
    private static readonly string[] Usual = [HostSettings.DefaultJobsFile, "silos.yml", "silos.json"];

    /// <summary>Gets whether somebody named the file, so that it has to exist.</summary>
    public bool IsNamed => !string.IsNullOrEmpty(settings.Value.JobsFile);

    /// <summary>Gets the directory in which the file is, or would be.</summary>
    public string Directory => IsNamed
        ? Path.GetDirectoryName(directory.Resolve(settings.Value.JobsFile!)) ?? directory.Path
        : directory.Path;

    /// <summary>Gets the names that the file may have in that directory.</summary>
    public IReadOnlyList<string> FileNames => IsNamed ? [Path.GetFileName(settings.Value.JobsFile!)] : Usual;

    /// <summary>Finds the file, or null if there is none (one that is named is always returned).</summary>
    /// <exception cref="StartupException">There are two of the usual ones, and nobody can know which is meant.</exception>
    public JobsFileLocation? Find()
    {
        if (IsNamed)
        {
            return new JobsFileLocation(directory.Resolve(settings.Value.JobsFile!), settings.Value.JobsFile!);
        }

        var found = Usual.Where(name => File.Exists(directory.Resolve(name))).ToList();
        return found.Count switch
        {
            0 => null,
            1 => new JobsFileLocation(directory.Resolve(found[0]), found[0]),
            _ => throw new StartupException($"There are {string.Join(" and ", found)}; keep one, or name the one you mean with --jobs."),
        };
    }
}
