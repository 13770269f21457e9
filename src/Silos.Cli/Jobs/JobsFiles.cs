using System.Text;
using Silos.Client.Jobs;
using Silos.Hosting;
using Silos.Jobs;

namespace Silos.Cli.Jobs;

/// <summary>Jobs files as <c>apply</c> takes them: a file, standard input, or all of a directory.</summary>
/// <param name="Source">The source that the jobs shall have if nobody says otherwise.</param>
/// <param name="Jobs">The jobs.</param>
internal sealed record JobsFiles(string Source, IReadOnlyList<JobDocument> Jobs)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>Reads them.</summary>
    /// <exception cref="CliException">There is none, or two have a job of the same name.</exception>
    /// <exception cref="JobsFileException">One is wrong; every mistake is told with its place.</exception>
    public static async Task<JobsFiles> ReadAsync(CliHost host, string file, CancellationToken cancellationToken)
    {
        if (file == "-")
        {
            var text = await host.In.ReadToEndAsync(cancellationToken);
            return new JobsFiles("stdin", Read("stdin", Encoding.UTF8.GetBytes(text)));
        }

        var path = host.PathOf(file);
        var source = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (!Directory.Exists(path))
        {
            return File.Exists(path)
                ? new JobsFiles(source, Read(file, await File.ReadAllBytesAsync(path, cancellationToken)))
                : throw CliException.Usage($"there is no file {file}");
        }

        var found = Directory.EnumerateFiles(path)
            .Where(entry => Extensions.Contains(Path.GetExtension(entry), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (found.Count == 0)
        {
            throw CliException.Usage($"the directory {file} has no .yaml, .yml or .json file");
        }

        var jobs = new Dictionary<string, (JobDocument Job, string File)>(StringComparer.Ordinal);
        foreach (var entry in found)
        {
            var name = Path.Combine(file, Path.GetFileName(entry));
            foreach (var job in Read(name, await File.ReadAllBytesAsync(entry, cancellationToken)))
            {
                if (!jobs.TryAdd(job.Name!, (job, name)))
                {
                    throw CliException.Usage($"the job '{job.Name}' is in {jobs[job.Name!].File} and in {name}; keep one");
                }
            }
        }

        return new JobsFiles(source, [.. jobs.Values.Select(entry => entry.Job)]);
    }

    private static List<JobDocument> Read(string name, byte[] bytes)
    {
        var file = JobsFileReader.Read(name, bytes, new JobsFileContext { NamesElsewhere = true });
        if (file.Calendars.Count > 0)
        {
            throw CliException.Usage(
                $"{name} has calendars ({string.Join(", ", file.Calendars.Keys)}), which only the server's own jobs file can bring; move them there, jobs may refer to them");
        }

        return [.. file.Jobs.Select(job => JobDocument.From(Resolved(job, file.Schedules)))];
    }

    // The server does not know this file's names, so jobs go with what they stand for.
    private static JobDefinition Resolved(JobDefinition job, IReadOnlyDictionary<string, string> names) => job with
    {
        Schedules = [.. job.Schedules.Select(spec => names.TryGetValue(spec.Expression, out var expression) ? spec with { Expression = expression } : spec)],
    };
}
