using Microsoft.Extensions.Logging;
using Silos.Jobs;

namespace Silos.Hosting;

/// <summary>Keeps the registered jobs as the jobs file has them: strictly at start, forgivingly afterwards.</summary>
/// <remarks>
/// At start a mistake refuses the start. Later a mistake is logged and what was registered stays; so it does when the file
/// is deleted, because a file that is gone is more often an accident than a wish to have no jobs.
/// </remarks>
internal sealed partial class JobsFileReloader(
    ISilosClient client,
    JobsFileLocator locator,
    JobsFileEnvironment environment,
    ExampleJobs examples,
    ILogger<JobsFileReloader> logger)
{
    private JobsFileSnapshot? _seen;
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();

    /// <summary>Gets the file whose jobs are registered, or null.</summary>
    public JobsFileLocation? Applied { get; private set; }

    /// <summary>Gets how many jobs that file has.</summary>
    public int AppliedJobs { get; private set; }

    /// <summary>Applies the file, or the examples if there is none.</summary>
    /// <exception cref="StartupException">The file is wrong, or is named and not there.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var snapshot = await JobsFileSnapshot.TakeAsync(locator.Find(), cancellationToken);
        if (snapshot.Error is { } error)
        {
            throw new StartupException($"The jobs file {snapshot.Location!.Name} cannot be read: {error}");
        }

        if (!snapshot.Exists && locator.IsNamed)
        {
            throw new StartupException($"The jobs file {snapshot.Location!.Name} does not exist.");
        }

        if (!snapshot.Exists)
        {
            _seen = snapshot;
            await examples.ApplyAsync(cancellationToken);
            return;
        }

        try
        {
            await ApplyAsync(snapshot, cancellationToken);
        }
        catch (JobsFileException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    /// <summary>Reads the file as it is now, whatever is wrong with it.</summary>
    public async Task<JobsFileSnapshot> SnapshotAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await JobsFileSnapshot.TakeAsync(locator.Find(), cancellationToken);
        }
        catch (StartupException exception)
        {
            return new JobsFileSnapshot(Applied, null, exception.Message);
        }
    }

    /// <summary>Tells whether this is not what was seen last.</summary>
    public bool IsNews(JobsFileSnapshot snapshot) => !snapshot.IsSameAs(_seen);

    /// <summary>Looks at the file and applies it if it changed.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotAsync(cancellationToken);
        if (!IsNews(snapshot))
        {
            return;
        }

        try
        {
            await TakeOverAsync(snapshot, cancellationToken);
            _seen = snapshot;
        }
        catch (UnavailableException exception)
        {
            // Not marked as seen, so that the next look tries again.
            LogPostponed(logger, snapshot.Location!.Name, exception.Message);
        }
    }

    private async Task TakeOverAsync(JobsFileSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (snapshot.Error is { } error)
        {
            LogUnreadable(logger, snapshot.Location?.Name ?? HostSettings.DefaultJobsFile, error);
        }
        else if (!snapshot.Exists)
        {
            LogDeleted(logger, (Applied ?? snapshot.Location)?.Name ?? HostSettings.DefaultJobsFile);
        }
        else
        {
            try
            {
                await ApplyAsync(snapshot, cancellationToken);
            }
            catch (JobsFileException exception)
            {
                foreach (var problem in exception.Problems)
                {
                    LogRefused(logger, problem.ToString());
                }

                LogOldStay(logger, snapshot.Location!.Name);
            }
        }
    }

    private async Task ApplyAsync(JobsFileSnapshot snapshot, CancellationToken cancellationToken)
    {
        var location = snapshot.Location!;
        var file = JobsFileReader.Read(location.Name, snapshot.Content, environment.Context());
        var definitions = file.Jobs.Select(environment.Switches.Apply).ToList();
        await examples.RemoveAsync(cancellationToken);
        ApplyResult result;
        try
        {
            using var names = environment.Use(file);
            result = await client.ApplyAsync(
                TenantId.Default, definitions, location.Source, prune: true, dryRun: false, cancellationToken);
            names.Keep();
        }
        catch (InvalidException exception)
        {
            throw new JobsFileException(
                [.. exception.Problems.Select(problem => JobsFileProblem.Of(location.Name, TextPosition.Start, problem))]);
        }
        catch (SilosException exception) when (exception is ConflictException or TooLargeException)
        {
            throw new JobsFileException([new JobsFileProblem(location.Name, TextPosition.Start, string.Empty, exception.Message)]);
        }

        Applied = location;
        AppliedJobs = definitions.Count;
        _seen = snapshot;
        Tell(location.Name, result);
        TellNames(file);
        foreach (var definition in file.Jobs)
        {
            if (environment.Switches.VariableFor(definition.Name) is { } variable)
            {
                LogSwitchedOff(logger, definition.Name, variable);
            }
        }
    }

    private void TellNames(JobsFile file)
    {
        foreach (var (name, expression) in file.Schedules)
        {
            if (_names.TryGetValue(name, out var before) && before != expression)
            {
                LogNameChanged(logger, name, before, expression);
            }
        }

        _names = file.Schedules;
    }

    private void Tell(string file, ApplyResult result)
    {
        LogApplied(logger, file, result.Added.Count, result.Changed.Count, result.Removed.Count, result.Unchanged);
        foreach (var added in result.Added)
        {
            LogAdded(logger, added);
        }

        foreach (var changed in result.Changed)
        {
            LogChanged(logger, changed.Name, string.Join("; ", changed.Fields));
        }

        foreach (var removed in result.Removed)
        {
            LogRemoved(logger, removed);
        }
    }
}
